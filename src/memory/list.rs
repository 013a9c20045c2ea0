use std::sync::Arc;

use super::{KeyValue, Snapshot, Store, Unreadable};
use crate::storage::{
    ContinueToken, Error, InternalError, ItemsOnError, List, ListOptions, Object, ReadPlan,
    ResourceVersion, Result, Status, plan_list, resource_version_too_large,
};

/// Store §3.7. Keys are evaluated in order until enough match; a token is given where keys follow the last one.
pub(super) async fn get_list<T: Object>(
    store: &Store<T>,
    key: &str,
    options: &ListOptions<T>,
) -> Result<List<T>, ItemsOnError<T>> {
    let key = store.keys.prepare(key, options.recursive)?;
    let plan = plan_list(&key, options)?;
    let predicate = &options.predicate;
    let limit = match usize::try_from(predicate.limit) {
        Ok(limit) if limit > 0 => limit,
        _ => usize::MAX,
    };
    let fetched = if predicate.is_empty() {
        limit
    } else {
        usize::MAX
    };
    let read = if options.recursive {
        store.space.range(&key, &plan.start, plan.exactly, fetched)
    } else {
        store.space.get(&key, plan.exactly)
    };
    let snapshot = read.map_err(|unreadable| refusal(&key, &plan, unreadable))?;
    if plan.not_older_than > snapshot.revision {
        let status = resource_version_too_large(plan.not_older_than, snapshot.revision, 0);
        return Err(Error::from(status).into());
    }

    let Snapshot {
        revision,
        entries,
        count,
    } = snapshot;
    let mut items = Vec::new();
    let mut last = None;
    for (position, entry) in entries.into_iter().enumerate() {
        let key = Arc::clone(&entry.key);
        match item(store, entry).await {
            Ok(object) if predicate.matches(&object) => items.push(object),
            Ok(_) => {}
            Err(error) => return Err(ItemsOnError { error, items }),
        }
        if items.len() == limit {
            last = Some((position, key));
            break;
        }
    }

    let mut list = List {
        items,
        resource_version: revision,
        continue_token: String::new(),
        remaining_item_count: None,
    };
    if let Some((position, last)) = last.filter(|(position, _)| position + 1 < count) {
        list.continue_token = token_after(&last, &key, revision)?;
        if predicate.is_empty() {
            list.remaining_item_count = i64::try_from(count - position - 1).ok();
        }
    }
    Ok(list)
}

async fn item<T: Object>(store: &Store<T>, entry: KeyValue) -> Result<T> {
    let opened = store
        .format
        .open(&entry.key, entry.value)
        .await
        .map_err(|cause| InternalError::transforming(&entry.key, cause))?;
    store.format.decode(&opened.plain, entry.revision)
}

fn token_after(last: &str, prefix: &str, revision: ResourceVersion) -> Result<String> {
    let revision = i64::try_from(revision.get()).expect("fewer than 2^63 revisions happen");
    Ok(ContinueToken::encode(
        format!("{last}\0"),
        prefix,
        revision,
    )?)
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
