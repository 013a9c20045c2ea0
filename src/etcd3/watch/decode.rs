use std::sync::Arc;

use etcd_client::{EventType, proto::PbEvent};
use futures::FutureExt;

use crate::storage::{
    Error, Event, InternalError, Object, SelectionPredicate, Status, expired_watch,
};

use super::{
    super::{
        parallel::{self, Wanted},
        values::Values,
    },
    shared::{Place, Reader},
    status,
};

/// A run of events, and the status that ends the watch after it.
pub(super) type Run<T> = (Vec<Event<T>>, Option<Box<Status>>);

/// Makes events of what etcd tells, for one watch.
pub(super) struct Decoder<T> {
    values: Arc<Values<T>>,
    predicate: SelectionPredicate<T>,
    shared: Reader<T>,
}

impl<T: Object> Decoder<T> {
    pub(super) fn new(
        values: Arc<Values<T>>,
        predicate: SelectionPredicate<T>,
        shared: Reader<T>,
    ) -> Arc<Self> {
        Arc::new(Self {
            values,
            predicate,
            shared,
        })
    }

    /// What the events of one answer mean to this watch, in order, decoded on all cores.
    pub(super) async fn shared_out(self: &Arc<Self>, found: Vec<PbEvent>) -> Vec<Run<T>> {
        parallel::in_order(found, |chunk, wanted| {
            let decoder = Arc::clone(self);
            async move { decoder.run(chunk, wanted).await }.boxed()
        })
        .await
    }

    /// What events mean to this watch, in order, as long as somebody wants to know.
    pub(super) async fn run(&self, found: Vec<PbEvent>, wanted: Wanted) -> Run<T> {
        let mut run = Vec::with_capacity(found.len());
        for found in found {
            if !wanted.holds() {
                break;
            }
            match self.event(found).await {
                Ok(event) => run.extend(event),
                Err(status) => return (run, Some(status)),
            }
        }
        (run, None)
    }

    /// The table of backend §5.5. Values are read before anybody asks whether they match, so that an unreadable one ends
    /// the watch in any case.
    async fn event(&self, found: PbEvent) -> Result<Option<Event<T>>, Box<Status>> {
        let Some(item) = found.kv else {
            return Err(status::of_cancellation("an event without a key"));
        };
        let revision = item.mod_revision;
        let deleted = found.r#type == EventType::Delete as i32;
        let created = !deleted && item.create_revision == revision;
        let needs_previous = deleted || !(created || self.predicate.is_empty());
        let previous = match found.prev_kv {
            // etcd no longer has it because it was compacted: the watch began too far back (backend §9.5, row 56).
            None if !created => return Err(Box::new(expired_watch())),
            Some(previous) if needs_previous => {
                let place = Place {
                    revision,
                    is_previous: true,
                };
                match self.read(&item.key, previous.value, place).await {
                    Ok(object) => Some(object),
                    Err(cause) if deleted => return Err(unreadable_deletion(cause)),
                    Err(cause) => return Err(status::of_error(cause)),
                }
            }
            _ => None,
        };
        let previous = previous.filter(|object| self.predicate.matches(object));
        if deleted {
            return Ok(previous.map(Event::Deleted));
        }
        let place = Place {
            revision,
            is_previous: false,
        };
        let object = self.read(&item.key, item.value, place).await;
        let object = object.map_err(status::of_error)?;
        Ok(match (self.predicate.matches(&object), previous) {
            (true, _) if created => Some(Event::Added(object)),
            (true, None) if !self.predicate.is_empty() => Some(Event::Added(object)),
            (true, _) => Some(Event::Modified(object)),
            (false, previous) => previous.map(Event::Deleted),
        })
    }

    async fn read(&self, key: &[u8], stored: Vec<u8>, place: Place) -> Result<T, Error> {
        let opened = self.values.open(key, stored).await;
        let opened = opened.map_err(InternalError::new)?;
        Ok(self.shared.decode(&self.values, opened.plain, place)?)
    }
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
