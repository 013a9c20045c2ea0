use serde::{Deserialize, Serialize};
use storeproof::storage::{
    List, ListOptions, ResourceVersion, ResourceVersionMatch, SelectionPredicate, Store,
};
use storeproof_fixtures::objects::{Pod, key_of};

use super::{
    asking::predicate,
    describe,
    operation::{Scope, Select},
    versions::Versions,
};
use crate::harness::{Verdict, expect_that, unexpected};

/// Pages that are read at most; a store that never ends is wrong.
const PAGES: usize = 64;

/// How a list in pages begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Start {
    pub(super) scope: Scope,
    pub(super) select: Select,
    /// Everything where it is not positive.
    pub(super) limit: i8,
    /// After which write; the latest where none.
    pub(super) at: Option<u8>,
}

/// A list that is read page by page. Each page is checked as it comes.
pub(super) struct Walk {
    start: Start,
    /// Everything, read at once at the version of the first page, right after it.
    whole: List<Pod>,
    seen: usize,
    token: String,
    limit: i8,
    pages: usize,
}

impl Walk {
    pub(super) async fn begin(
        store: &dyn Store<Pod>,
        versions: &Versions,
        start: Start,
        told: &mut Vec<String>,
    ) -> Verdict<Self> {
        let at = start.at.map(super::operation::At::Write);
        let phrase = at.map(|at| format!(" at {at}")).unwrap_or_default();
        told.push(format!(
            "list {}{phrase} in pages, {:?}, first {}",
            start.scope.key(),
            start.select,
            start.limit
        ));
        let at = at.and_then(|at| versions.resolve(at));
        let page = read(store, start, start.limit, at, "").await?;
        let whole = read(store, start, 0, Some(page.resource_version), "").await?;
        let mut walk = Self {
            start,
            whole,
            seen: 0,
            token: String::new(),
            limit: start.limit,
            pages: 0,
        };
        walk.take(versions, page, told)?;
        Ok(walk)
    }

    /// Reads one more page, where there is one.
    pub(super) async fn next(
        &mut self,
        store: &dyn Store<Pod>,
        versions: &Versions,
        limit: i8,
        told: &mut Vec<String>,
    ) -> Verdict {
        if self.token.is_empty() {
            return Ok(());
        }
        self.limit = limit;
        told.push(format!("next page of {limit}"));
        let page = read(store, self.start, limit, None, &self.token).await?;
        self.take(versions, page, told)
    }

    /// Reads all that is left.
    pub(super) async fn finish(
        &mut self,
        store: &dyn Store<Pod>,
        versions: &Versions,
        told: &mut Vec<String>,
    ) -> Verdict {
        while !self.token.is_empty() {
            expect_that(
                self.pages < PAGES,
                "the pages end",
                format!("there are more after {PAGES}"),
            )?;
            self.next(store, versions, self.limit, told).await?;
        }
        Ok(())
    }

    fn take(&mut self, versions: &Versions, page: List<Pod>, told: &mut [String]) -> Verdict {
        if let Some(last) = told.last_mut() {
            *last = format!("{last} → {}", describe::list(versions, &page));
        }
        self.check(versions, &page)?;
        self.seen += page.items.len();
        self.pages += 1;
        self.token = page.continue_token;
        Ok(())
    }

    /// What holds of every page.
    fn check(&self, versions: &Versions, page: &List<Pod>) -> Verdict {
        expect_that(
            page.resource_version == self.whole.resource_version,
            format!(
                "every page is at {}, as the first one is",
                versions.name_at(self.whole.resource_version)
            ),
            format!("one is at {}", versions.name_at(page.resource_version)),
        )?;
        let (done, due) = self.whole.items.split_at(self.seen);
        in_order(done.last().into_iter().chain(&page.items))?;
        let follows = due.iter().take(page.items.len());
        expect_that(
            page.items.iter().eq(follows),
            format!("the page holds the next of {}", names(versions, due)),
            format!("it holds {}", names(versions, &page.items)),
        )?;
        self.check_end(page, due.len().saturating_sub(page.items.len()))
    }

    /// Whether the page ends where its limit says, and tells the truth about what follows.
    fn check_end(&self, page: &List<Pod>, follow: usize) -> Verdict {
        let limit = usize::try_from(self.limit).unwrap_or(0);
        let (items, last) = (page.items.len(), page.continue_token.is_empty());
        if last && follow > 0 {
            return Err(unexpected(
                format!("a token, since {follow} more objects follow"),
                "none: the page is the last",
            ));
        }
        let full = limit > 0 && items == limit;
        expect_that(
            if last {
                limit == 0 || items <= limit
            } else {
                full
            },
            format!("a page of {}, or the rest", self.limit),
            format!("{items} objects and {follow} more"),
        )?;
        let selects = self.start.select != Select::Everything;
        // With a selector a store knows that keys follow, but not whether any of them matches.
        expect_that(
            last || selects || follow > 0,
            "no token, since nothing follows",
            "one more page is promised",
        )?;
        let known = i64::try_from(follow).ok().filter(|_| !last && !selects);
        expect_that(
            page.remaining_item_count == known,
            format!("the remaining count is {}", count(known)),
            format!("it is {}", count(page.remaining_item_count)),
        )
    }
}

fn in_order<'a>(items: impl Iterator<Item = &'a Pod>) -> Verdict {
    let keys: Vec<String> = items.map(key_of).collect();
    for (key, next) in keys.iter().zip(keys.iter().skip(1)) {
        expect_that(
            key < next,
            "keys come in ascending order, each once",
            format!("{next} comes after {key}"),
        )?;
    }
    Ok(())
}

fn names(versions: &Versions, pods: &[Pod]) -> String {
    let told: Vec<_> = pods
        .iter()
        .map(|pod| describe::object(versions, pod))
        .collect();
    format!("[{}]", told.join(", "))
}

fn count(known: Option<i64>) -> String {
    known.map_or_else(|| "absent".to_owned(), |count| count.to_string())
}

/// One page, exactly at a version where one is given.
async fn read(
    store: &dyn Store<Pod>,
    start: Start,
    limit: i8,
    at: Option<ResourceVersion>,
    token: &str,
) -> Verdict<List<Pod>> {
    let options = ListOptions {
        resource_version: at.map(|at| at.to_string()).unwrap_or_default(),
        resource_version_match: match at {
            Some(_) => ResourceVersionMatch::Exact,
            None => ResourceVersionMatch::Unset,
        },
        predicate: SelectionPredicate {
            limit: i64::from(limit),
            continue_token: token.to_owned(),
            ..predicate(start.select)
        },
        recursive: true,
    };
    Ok(store.get_list(&start.scope.key(), &options).await?)
}
