//! Listing a collection (store §3.7).

mod outcome;
mod read;

pub(super) use read::read_all;

use std::pin::pin;

use tokio::task::coop::consume_budget;

use crate::{
    storage::{
        Error, ItemsOnError, List, ListOptions, Object, ReadErrors, ReadPlan, Result,
        SelectionPredicate, plan_list,
    },
    telemetry::metrics::{ListCount, RequestKind},
};

use super::{KeyValue, Store, get::check_bound, prefix_end, request::Page};

/// The largest page that the store asks for by itself.
pub(super) const MAX_PAGE: i64 = 10_000;

/// One list under way.
struct Listing<'a, T> {
    store: &'a Store<T>,
    predicate: &'a SelectionPredicate<T>,
    prefix: String,
    plan: ReadPlan,
    /// Zero where the whole collection is wanted.
    limit: i64,
    items: Vec<T>,
    errors: ReadErrors,
    count: ListCount<'a>,
}

/// What processing one page came to.
struct Progress {
    last_key: Vec<u8>,
    end: End,
}

/// Where in a page the list stopped.
#[derive(PartialEq, Eq)]
enum End {
    /// It did not.
    OfPage,
    /// The bucket was full before the page was at its end.
    CutShort,
    /// An error ended the list.
    Aborted,
}

impl<T: Object> Store<T> {
    /// Store §3.7.
    pub(super) async fn list_objects(
        &self,
        key: &str,
        options: &ListOptions<T>,
    ) -> Result<List<T>, ItemsOnError<T>> {
        let unpaged;
        let options = if self.paging {
            options
        } else {
            unpaged = without_paging(options);
            &unpaged
        };
        let prefix = self.keys.prepare(key, options.recursive)?;
        let operation = self.list_begins(key, options);
        let plan = plan_list(&prefix, options)?;
        let listing = Listing {
            store: self,
            predicate: &options.predicate,
            prefix,
            plan,
            limit: options.predicate.limit.max(0),
            items: Vec::new(),
            errors: ReadErrors::default(),
            count: self.metrics.list(),
        };
        if options.recursive {
            operation.run(pin!(listing.recursive())).await
        } else {
            operation.run(pin!(listing.single())).await
        }
    }
}

impl<T: Object> Listing<'_, T> {
    async fn single(mut self) -> Result<List<T>, ItemsOnError<T>> {
        let revision = self.exact_revision().await?;
        // A member that lags behind may not have reached a version that is asked for exactly.
        let serializable = self.store.serializable_gets && revision == 0;
        let read = self.store.client.get(&self.prefix, revision, serializable);
        let answer = match self.store.metrics.request(RequestKind::Get, read).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.failed(error).await),
        };
        if revision == 0 {
            check_bound(self.plan.not_older_than, answer.revision)?;
        }
        let found: Vec<KeyValue> = answer.found.into_iter().collect();
        self.limit = 0;
        self.store.sizes.observe(&found);
        self.process(found).await;
        let revision = if revision == 0 {
            answer.revision
        } else {
            revision
        };
        self.finish(revision, None)
    }

    async fn recursive(mut self) -> Result<List<T>, ItemsOnError<T>> {
        let mut revision = self.exact_revision().await?;
        let pinned = revision != 0;
        let range_end = prefix_end(&self.prefix);
        let mut start = self.plan.start.clone().into_bytes();
        let mut page_limit = self.limit;
        loop {
            let client = &self.store.client;
            let read = client.range(&start, &range_end, page_limit, revision);
            let page = match self.store.metrics.request(RequestKind::List, read).await {
                Ok(page) => page,
                Err(error) => return Err(self.failed(error).await),
            };
            if revision == 0 {
                revision = page.revision;
            }
            if !pinned {
                check_bound(self.plan.not_older_than, page.revision)?;
            }
            let Page { found, count, .. } = page;
            let more_keys = count > i64::try_from(found.len()).unwrap_or(i64::MAX);
            if found.is_empty() && more_keys {
                return Err(Error::Plain(
                    "no results were found, but etcd indicated there were more values remaining"
                        .to_owned(),
                )
                .into());
            }
            self.store.sizes.observe(&found);
            let Progress { mut last_key, end } = self.process(found).await;
            let cut_short = end == End::CutShort;
            let full = self.limit > 0 && self.has_room().is_none();
            if end != End::OfPage || full || !more_keys {
                let more = (cut_short || more_keys).then_some((last_key, count));
                return self.finish(revision, more);
            }
            last_key.push(0);
            start = last_key;
            page_limit = grown(page_limit);
        }
    }

    /// The revision to read at; zero where it is the latest. Beyond what etcd can count, every version is in the future
    /// (QUIRK (c): answered as such).
    async fn exact_revision(&self) -> Result<i64> {
        let Some(exactly) = self.plan.exactly else {
            return Ok(0);
        };
        match i64::try_from(exactly.get()) {
            Ok(revision) => Ok(revision),
            Err(_) => Err(self.too_large(exactly).await),
        }
    }

    /// How many more items the page takes; `None` where it is full.
    fn has_room(&self) -> Option<usize> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        limit.checked_sub(self.items.len()).filter(|room| *room > 0)
    }

    /// Adds the objects of one page, in order, and notes what cannot be read.
    async fn process(&mut self, found: Vec<KeyValue>) -> Progress {
        self.count.fetched(found.len());
        let last_key = found.last().map(|last| last.key.clone());
        if self.limit > 0 && !(self.predicate.is_empty() && self.errors.is_empty()) {
            return self.fill(found).await;
        }
        let values = &self.store.values;
        let runs = read_all(values, self.predicate, found, ReadErrors::CAP).await;
        self.count
            .evaluated(runs.iter().map(|run| run.evaluated).sum());
        let flow = read::append(&mut self.items, &mut self.errors, runs);
        Progress {
            last_key: last_key.unwrap_or_default(),
            end: if flow.is_break() {
                End::Aborted
            } else {
                End::OfPage
            },
        }
    }

    /// The same for a limited list that leaves objects out: nothing beyond the object that fills the page is looked at.
    async fn fill(&mut self, found: Vec<KeyValue>) -> Progress {
        let mut last_key = Vec::new();
        for item in found {
            if self.has_room().is_none() {
                return Progress {
                    last_key,
                    end: End::CutShort,
                };
            }
            // Nothing else may ever wait here: others get their turn, and the list can be dropped.
            consume_budget().await;
            last_key.clone_from(&item.key);
            match read::object(&self.store.values, item).await {
                Ok(object) => {
                    self.count.evaluated(1);
                    if self.predicate.matches(&object) {
                        self.items.push(object);
                    }
                }
                Err((key, error)) => {
                    if self.errors.add(&key, error).is_break() {
                        return Progress {
                            last_key,
                            end: End::Aborted,
                        };
                    }
                }
            }
        }
        Progress {
            last_key,
            end: End::OfPage,
        }
    }
}

/// How many keys the next request asks for. A limit that is larger than any page of ours stays what it is.
fn grown(limit: i64) -> i64 {
    limit.saturating_mul(2).clamp(1, MAX_PAGE.max(limit))
}

fn without_paging<T>(options: &ListOptions<T>) -> ListOptions<T> {
    ListOptions {
        resource_version: options.resource_version.clone(),
        resource_version_match: options.resource_version_match.clone(),
        predicate: SelectionPredicate {
            limit: 0,
            continue_token: String::new(),
            ..options.predicate.clone()
        },
        recursive: options.recursive,
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;

    use super::{grown, without_paging};
    use crate::storage::{ListOptions, ResourceVersionMatch, SelectionPredicate};

    #[test]
    fn without_paging_neither_limit_nor_token_count_and_all_else_does() {
        let everything = SelectionPredicate::<Pod>::everything();
        let wanted = ListOptions {
            resource_version: "7".to_owned(),
            resource_version_match: ResourceVersionMatch::NotOlderThan,
            predicate: SelectionPredicate {
                allow_watch_bookmarks: true,
                ..everything
            },
            recursive: false,
        };
        let asked = ListOptions {
            predicate: SelectionPredicate {
                limit: 5,
                continue_token: "a token".to_owned(),
                ..wanted.predicate.clone()
            },
            ..wanted.clone()
        };
        let unpaged = without_paging(&asked);
        assert_eq!(unpaged.predicate.limit, 0);
        assert_eq!(unpaged.predicate.continue_token, "");
        assert!(unpaged.predicate.allow_watch_bookmarks);
        assert_eq!(unpaged.resource_version, wanted.resource_version);
        assert_eq!(
            unpaged.resource_version_match,
            wanted.resource_version_match
        );
        assert!(!unpaged.recursive);
    }

    #[test]
    fn pages_double_up_to_ten_thousand() {
        for (limit, next) in [
            (1, 2),
            (512, 1024),
            (4_999, 9_998),
            (5_000, 10_000),
            (5_001, 10_000),
            (10_000, 10_000),
            (20_000, 20_000),
            (i64::MAX, i64::MAX),
        ] {
            assert_eq!(grown(limit), next, "{limit}");
        }
    }
}
