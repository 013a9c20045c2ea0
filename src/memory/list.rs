use std::{ops::ControlFlow, sync::Arc};

use tokio::task::coop::consume_budget;

use super::{KeyValue, Snapshot, Store, Unreadable};
use crate::storage::{
    ContinueToken, Error, ItemsOnError, List, ListOptions, Object, ReadErrors, ReadPlan, Result,
    SelectionPredicate, Status, plan_list, resource_version_too_large,
};

/// The largest page that a list asks for by itself.
const MAX_PAGE: usize = 10_000;

/// Store §3.7. Keys are evaluated in order until enough match; a token is given where keys follow the last one.
pub(super) async fn get_list<T: Object>(
    store: &Store<T>,
    key: &str,
    options: &ListOptions<T>,
) -> Result<List<T>, ItemsOnError<T>> {
    let key = store.keys.prepare(key, options.recursive)?;
    let plan = plan_list(&key, options)?;
    let predicate = &options.predicate;
    let limit = usize::try_from(predicate.limit)
        .ok()
        .filter(|limit| *limit > 0 && options.recursive);
    let mut next = if options.recursive {
        store.range(&key, &plan.start, plan.exactly, limit)
    } else {
        store.value_at(&key, plan.exactly)
    };
    let mut reading = Reading::new(predicate, limit.unwrap_or(usize::MAX));
    let mut page = limit;
    let (revision, left) = loop {
        let Snapshot {
            revision,
            entries,
            count,
        } = next.map_err(|unreadable| refusal(&key, &plan, unreadable))?;
        if plan.not_older_than > revision {
            let status = resource_version_too_large(plan.not_older_than, revision, 0);
            return Err(Error::from(status).into());
        }
        let (flow, evaluated) = reading.take(store, entries).await;
        let left = count.saturating_sub(evaluated);
        if flow.is_break() || left == 0 {
            break (revision, left);
        }
        // All pages are of the first one's revision.
        page = page.map(|size| size.saturating_mul(2).min(MAX_PAGE.max(size)));
        let start = format!("{}\0", reading.last);
        next = store.range(&key, &start, Some(revision), page);
    };
    let Reading {
        items,
        errors,
        last,
        ..
    } = reading;
    if let Some(error) = errors.finish(&store.resource) {
        return Err(ItemsOnError { error, items });
    }
    let mut list = List {
        items,
        resource_version: revision,
        continue_token: String::new(),
        remaining_item_count: None,
    };
    if left > 0 {
        list.continue_token = ContinueToken::after(&last, &key, revision).map_err(Error::from)?;
        if predicate.is_empty() {
            list.remaining_item_count = i64::try_from(left).ok();
        }
    }
    Ok(list)
}

/// One list under way.
struct Reading<'a, T> {
    predicate: &'a SelectionPredicate<T>,
    limit: usize,
    items: Vec<T>,
    errors: ReadErrors,
    /// The last key that was looked at.
    last: Arc<str>,
}

impl<'a, T: Object> Reading<'a, T> {
    fn new(predicate: &'a SelectionPredicate<T>, limit: usize) -> Self {
        Self {
            predicate,
            limit,
            items: Vec::new(),
            errors: ReadErrors::default(),
            last: Arc::from(""),
        }
    }

    /// Looks at keys until the page is full or an error ends the list; says how many those were.
    async fn take(&mut self, store: &Store<T>, entries: Vec<KeyValue>) -> (ControlFlow<()>, usize) {
        let all = entries.len();
        for (before, entry) in entries.into_iter().enumerate() {
            // So that whoever waits for the list can be heard when it no longer does.
            consume_budget().await;
            self.last = Arc::clone(&entry.key);
            let read = store
                .format
                .read_item(&entry.key, entry.value.into(), entry.revision);
            let flow = match read.await {
                Ok(object) if self.predicate.matches(&object) => {
                    self.items.push(object);
                    ControlFlow::Continue(())
                }
                Ok(_) => ControlFlow::Continue(()),
                Err(error) => self.errors.add(&self.last, error),
            };
            if flow.is_break() || self.items.len() == self.limit {
                return (ControlFlow::Break(()), before + 1);
            }
        }
        (ControlFlow::Continue(()), all)
    }
}

/// Store §3.7.2.
fn refusal(prefix: &str, plan: &ReadPlan, unreadable: Unreadable) -> Error {
    let status: Status = match unreadable {
        Unreadable::Future { current } => {
            resource_version_too_large(plan.exactly.unwrap_or_default(), current, 0)
        }
        Unreadable::Compacted => plan.expired(prefix),
    };
    status.into()
}
