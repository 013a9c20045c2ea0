use std::sync::Arc;

use super::{KeyValue, Snapshot, Store, Unreadable};
use crate::storage::{
    ContinueToken, Error, InternalError, ItemsOnError, List, ListOptions, Object, ReadPlan,
    ResourceVersion, Result, Status, expired_continue, expired_continue_without_token,
    expired_list, plan_list, resource_version_too_large,
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
    let mut page = limit;
    let mut items = Vec::new();
    loop {
        let Snapshot {
            revision,
            entries,
            count,
        } = next.map_err(|unreadable| refusal(&key, &plan, unreadable))?;
        if plan.not_older_than > revision {
            let status = resource_version_too_large(plan.not_older_than, revision, 0);
            return Err(Error::from(status).into());
        }
        let mut last = None;
        for (entry, left) in entries.into_iter().zip((0..count).rev()) {
            if limit == Some(items.len()) {
                break;
            }
            last = Some((Arc::clone(&entry.key), left));
            match item(store, entry).await {
                Ok(object) if predicate.matches(&object) => items.push(object),
                Ok(_) => {}
                Err(error) => return Err(ItemsOnError { error, items }),
            }
        }
        let mut list = List {
            items,
            resource_version: revision,
            continue_token: String::new(),
            remaining_item_count: None,
        };
        let Some((last, left)) = last.filter(|(_, left)| *left > 0) else {
            return Ok(list);
        };
        if limit == Some(list.items.len()) {
            list.continue_token = token_after(&last, &key, revision)?;
            if predicate.is_empty() {
                list.remaining_item_count = i64::try_from(left).ok();
            }
            return Ok(list);
        }
        // All pages are of the first one's revision.
        page = page.map(|size| size.saturating_mul(2).min(MAX_PAGE.max(size)));
        next = store.range(&key, &format!("{last}\0"), Some(revision), page);
        items = list.items;
    }
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
        &format!("{last}\0"),
        prefix,
        revision,
    )?)
}

/// Store §3.7.2 and §3.7.8: the token that replaces an expired one begins at the same key.
fn refusal(prefix: &str, plan: &ReadPlan, unreadable: Unreadable) -> Error {
    let status: Status = match unreadable {
        Unreadable::Future { current } => {
            resource_version_too_large(plan.exactly.unwrap_or_default(), current, 0)
        }
        Unreadable::Compacted if plan.continued => {
            match ContinueToken::encode(&plan.start, prefix, -1) {
                Ok(replacement) => expired_continue(replacement),
                Err(_) => expired_continue_without_token(),
            }
        }
        Unreadable::Compacted => expired_list(),
    };
    status.into()
}
