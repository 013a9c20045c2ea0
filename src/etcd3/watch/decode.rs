use std::sync::Arc;

use etcd_client::{EventType, proto::PbEvent};
use futures::FutureExt;

use crate::storage::{
    Error, Event, InternalError, Object, SelectionPredicate, Status, expired_watch,
};

use super::{
    super::{parallel, values::Values},
    status,
};

/// A run of events, and the status that ends the watch after it.
pub(super) type Run<T> = (Vec<Event<T>>, Option<Box<Status>>);

/// What the events of one answer mean to this watch, in order. Many events are decoded on all cores.
pub(super) async fn events<T: Object>(
    values: &Arc<Values<T>>,
    predicate: &Arc<SelectionPredicate<T>>,
    found: Vec<PbEvent>,
) -> Vec<Run<T>> {
    parallel::in_order(found, |chunk, wanted| {
        let values = Arc::clone(values);
        let predicate = Arc::clone(predicate);
        async move {
            let mut run = Vec::with_capacity(chunk.len());
            for found in chunk {
                if !wanted.holds() {
                    break;
                }
                match event(&values, &predicate, found).await {
                    Ok(event) => run.extend(event),
                    Err(status) => return (run, Some(status)),
                }
            }
            (run, None)
        }
        .boxed()
    })
    .await
}

/// The table of backend §5.5. Values are read before anybody asks whether they match, so that an unreadable one ends the
/// watch in any case.
async fn event<T: Object>(
    values: &Values<T>,
    predicate: &SelectionPredicate<T>,
    found: PbEvent,
) -> Result<Option<Event<T>>, Box<Status>> {
    let Some(item) = found.kv else {
        return Err(status::of_cancellation("an event without a key"));
    };
    let revision = item.mod_revision;
    let deleted = found.r#type == EventType::Delete as i32;
    let created = !deleted && item.create_revision == revision;
    let needs_previous = deleted || !(created || predicate.is_empty());
    let previous = match found.prev_kv {
        // etcd no longer has it because it was compacted: the watch began too far back (backend §9.5, row 56).
        None if !created => return Err(Box::new(expired_watch())),
        Some(previous) if needs_previous => {
            match read(values, &item.key, previous.value, revision).await {
                Ok(object) => Some(object),
                Err(cause) if deleted => return Err(unreadable_deletion(cause)),
                Err(cause) => return Err(status::of_error(cause)),
            }
        }
        _ => None,
    };
    let previous = previous.filter(|object| predicate.matches(object));
    if deleted {
        return Ok(previous.map(Event::Deleted));
    }
    let object = read(values, &item.key, item.value, revision)
        .await
        .map_err(status::of_error)?;
    Ok(match (predicate.matches(&object), previous) {
        (true, _) if created => Some(Event::Added(object)),
        (true, None) if !predicate.is_empty() => Some(Event::Added(object)),
        (true, _) => Some(Event::Modified(object)),
        (false, previous) => previous.map(Event::Deleted),
    })
}

async fn read<T: Object>(
    values: &Values<T>,
    key: &[u8],
    stored: Vec<u8>,
    revision: i64,
) -> Result<T, Error> {
    let opened = values.open(key, stored).await.map_err(InternalError::new)?;
    Ok(values.decode(&opened.plain, revision)?)
}

/// The object is gone. Where it was corrupt, that is what the watch ends with.
fn unreadable_deletion(cause: Error) -> Box<Status> {
    match cause.corrupt_object() {
        Some(mark) => status::of_corrupt_deletion(&mark.to_string()),
        None => status::of_error(cause),
    }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
