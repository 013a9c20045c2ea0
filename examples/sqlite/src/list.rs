use std::ops::ControlFlow;

use storeproof::storage::{
    ContinueToken, Error, ItemsOnError, List, ListOptions, Object, ReadErrors, ReadPlan,
    ResourceVersion, Result, plan_list, resource_version_too_large,
};
use tokio::task::coop::consume_budget;

use crate::{
    SqliteStore,
    log::{self, Snapshot, Unreadable},
    range::Range,
};

/// So many keys are looked at together where most of them may not match.
const BATCH: usize = 500;

/// Looks at keys in order until enough of them match. A token is given where keys follow, whether they match or not.
pub(crate) async fn get_list<T: Object>(
    store: &SqliteStore<T>,
    key: &str,
    options: &ListOptions<T>,
) -> Result<List<T>, ItemsOnError<T>> {
    let key = store.keys.prepare(key, options.recursive)?;
    let plan = plan_list(&key, options)?;
    let predicate = &options.predicate;
    let limit = usize::try_from(predicate.limit)
        .ok()
        .filter(|limit| *limit > 0 && options.recursive);
    let batch = limit.map(|limit| match predicate.is_empty() {
        true => limit,
        false => limit.max(BATCH),
    });
    let mut range = Range::of(&key, options.recursive).starting(&plan.start);
    let mut at = plan.exactly;
    let mut items = Vec::new();
    let mut errors = ReadErrors::default();
    // A batch may hold too few objects that match and can be read.
    let (revision, last, following) = 'page: loop {
        let Snapshot {
            revision,
            entries,
            mut following,
        } = snapshot(store, &range, at, batch)
            .await?
            .map_err(|unreadable| refusal(&key, &plan, &unreadable))?;
        if plan.not_older_than > revision {
            let status = resource_version_too_large(plan.not_older_than, revision, 0);
            return Err(Error::from(status).into());
        }
        following += entries.len();
        let mut last = String::new();
        for entry in entries {
            // Whoever drops a list is heard between two items.
            consume_budget().await;
            following -= 1;
            last = entry.key;
            let stored = entry.value.into();
            let flow = match store.format.read_item(&last, stored, entry.revision).await {
                Ok(object) => {
                    items.extend(Some(object).filter(|object| predicate.matches(object)));
                    ControlFlow::Continue(())
                }
                Err(error) => errors.add(&last, error),
            };
            if flow.is_break() || limit == Some(items.len()) {
                break 'page (revision, last, following);
            }
        }
        if following == 0 {
            break (revision, last, following);
        }
        range = range.behind(&last);
        // All batches are of the first one's revision.
        at = Some(revision);
    };
    if let Some(error) = errors.finish(&store.resource) {
        return Err(ItemsOnError { error, items });
    }

    let mut list = List {
        items,
        resource_version: revision,
        continue_token: String::new(),
        remaining_item_count: None,
    };
    if following > 0 {
        list.continue_token = ContinueToken::after(&last, &key, revision).map_err(Error::from)?;
        if predicate.is_empty() {
            list.remaining_item_count = i64::try_from(following).ok();
        }
    }
    Ok(list)
}

async fn snapshot<T: Object>(
    store: &SqliteStore<T>,
    range: &Range,
    at: Option<ResourceVersion>,
    limit: Option<usize>,
) -> Result<Result<Snapshot, Unreadable>> {
    let range = range.clone();
    store
        .database
        .run(move |connection| log::snapshot(connection, &range, at, limit))
        .await
}

/// 410 for a revision that is gone, 504 for one to come.
fn refusal(prefix: &str, plan: &ReadPlan, unreadable: &Unreadable) -> Error {
    match unreadable {
        Unreadable::Compacted => plan.expired(prefix).into(),
        Unreadable::Future { latest } => {
            let wanted = plan.exactly.unwrap_or_default();
            resource_version_too_large(wanted, *latest, 0).into()
        }
    }
}
