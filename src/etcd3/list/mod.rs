//! Listing a collection (store §3.7).

mod outcome;
mod read;

pub(super) use read::read_all;

use crate::storage::{
    Error, ItemsOnError, List, ListOptions, Object, ReadPlan, Result, SelectionPredicate, plan_list,
};

use super::{KeyValue, Store, get::check_bound, prefix_end, request::Page};

/// The largest page that the store asks for by itself.
pub(super) const MAX_PAGE: i64 = 10_000;
/// So many items of a limited, filtered list are worked on before other tasks get a turn.
const TURN: usize = 64;

/// One list under way.
struct Listing<'a, T> {
    store: &'a Store<T>,
    predicate: &'a SelectionPredicate<T>,
    prefix: String,
    plan: ReadPlan,
    /// Zero where the whole collection is wanted.
    limit: i64,
    items: Vec<T>,
}

/// What processing one page came to.
struct Progress {
    last_key: Vec<u8>,
    /// The bucket was full before the page was at its end.
    cut_short: bool,
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
        let plan = plan_list(&prefix, options)?;
        let listing = Listing {
            store: self,
            predicate: &options.predicate,
            prefix,
            plan,
            limit: options.predicate.limit.max(0),
            items: Vec::new(),
        };
        if options.recursive {
            listing.recursive().await
        } else {
            listing.single().await
        }
    }
}

impl<T: Object> Listing<'_, T> {
    async fn single(mut self) -> Result<List<T>, ItemsOnError<T>> {
        let revision = self.exact_revision().await?;
        let answer = match self.store.client.get(&self.prefix, revision, false).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.failed(error).await),
        };
        if revision == 0 {
            check_bound(self.plan.not_older_than, answer.revision)?;
        }
        let found: Vec<KeyValue> = answer.found.into_iter().collect();
        self.limit = 0;
        self.store.sizes.observe(&found);
        self.process(found).await?;
        let revision = if revision == 0 {
            answer.revision
        } else {
            revision
        };
        Ok(List {
            items: self.items,
            resource_version: outcome::stamp(revision)?,
            continue_token: String::new(),
            remaining_item_count: None,
        })
    }

    async fn recursive(mut self) -> Result<List<T>, ItemsOnError<T>> {
        let mut revision = self.exact_revision().await?;
        let pinned = revision != 0;
        let end = prefix_end(&self.prefix);
        let mut start = self.plan.start.clone().into_bytes();
        let mut page_limit = self.limit;
        loop {
            let client = &self.store.client;
            let page = match client.range(&start, &end, page_limit, revision).await {
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
            let Progress {
                mut last_key,
                cut_short,
            } = self.process(found).await?;
            let full = self.limit > 0 && self.has_room().is_none();
            if cut_short || full || !more_keys {
                let more = (cut_short || more_keys).then_some((last_key, count));
                return self.finish(revision, more);
            }
            last_key.push(0);
            start = last_key;
            page_limit = page_limit
                .saturating_mul(2)
                .clamp(1, MAX_PAGE.max(page_limit));
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

    /// Adds the objects of one page, in order; the first error ends it, with what was read before it.
    async fn process(&mut self, found: Vec<KeyValue>) -> Result<Progress, ItemsOnError<T>> {
        let last_key = found.last().map(|last| last.key.clone());
        if self.limit > 0 && !self.predicate.is_empty() {
            return self.fill(found).await;
        }
        let values = &self.store.values;
        let chunks = read_all(values, self.predicate, found).await;
        let failed = read::append(&mut self.items, chunks);
        match failed {
            Some(error) => Err(self.broken(error)),
            None => Ok(Progress {
                last_key: last_key.unwrap_or_default(),
                cut_short: false,
            }),
        }
    }

    /// The same for a limited list that leaves objects out: nothing beyond the object that fills the page is looked at.
    async fn fill(&mut self, found: Vec<KeyValue>) -> Result<Progress, ItemsOnError<T>> {
        let mut last_key = Vec::new();
        for (position, item) in found.into_iter().enumerate() {
            if self.has_room().is_none() {
                return Ok(Progress {
                    last_key,
                    cut_short: true,
                });
            }
            if position % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
            last_key.clone_from(&item.key);
            match read::object(&self.store.values, item).await {
                Ok(object) if self.predicate.matches(&object) => self.items.push(object),
                Ok(_) => {}
                Err(error) => return Err(self.broken(error)),
            }
        }
        Ok(Progress {
            last_key,
            cut_short: false,
        })
    }
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
