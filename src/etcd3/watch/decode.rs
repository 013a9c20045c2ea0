use std::sync::Arc;

use etcd_client::{EventType, proto::PbEvent};
use futures::FutureExt;

use crate::{
    codec,
    storage::{Event, InternalError, Object, SelectionPredicate, Status, expired_watch},
    value,
};

use super::{
    super::{parallel, values::Values},
    status,
};

/// A run of events, and the status that ends the watch after it.
pub(super) type Run<T> = (Vec<Event<T>>, Option<Box<Status>>);

/// Why a value of an event cannot be read.
enum Unreadable {
    Transform(value::Error),
    Decode(codec::Error),
}

/// What the events of one answer mean to this watch, in order. Many events are decoded on all cores.
pub(super) async fn events<T: Object>(
    values: &Arc<Values<T>>,
    predicate: &Arc<SelectionPredicate<T>>,
    found: Vec<PbEvent>,
) -> Vec<Run<T>> {
    parallel::in_order(found, |chunk| {
        let values = Arc::clone(values);
        let predicate = Arc::clone(predicate);
        async move {
            let mut run = Vec::with_capacity(chunk.len());
            for found in chunk {
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
                Err(cause) if deleted => return Err(corrupt_deletion(cause, revision)),
                Err(cause) => return Err(unreadable(cause)),
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
        .map_err(unreadable)?;
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
) -> Result<T, Unreadable> {
    let opened = values
        .open(key, stored)
        .await
        .map_err(Unreadable::Transform)?;
    values
        .decode(&opened.plain, revision)
        .map_err(Unreadable::Decode)
}

fn unreadable(cause: Unreadable) -> Box<Status> {
    status::of_error(match cause {
        Unreadable::Transform(cause) => InternalError::new(cause).into(),
        Unreadable::Decode(cause) => cause.into(),
    })
}

fn corrupt_deletion(cause: Unreadable, revision: i64) -> Box<Status> {
    status::of_corrupt_deletion(&match cause {
        Unreadable::Transform(cause) => {
            format!("data from the storage is not transformable revision=0: {cause}")
        }
        Unreadable::Decode(cause) => format!("object not decodable revision={revision}: {cause}"),
    })
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
