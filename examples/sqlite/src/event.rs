use storeproof::storage::{
    Error, Event, Format, Object, SelectionPredicate, Status, corrupt_deletion, internal_error,
};

use crate::log::Change;

/// What a change looks like to somebody who sees only what matches; `None` where nothing shows.
///
/// What was there before is read where that matters and nowhere else: it may be what cannot be read.
pub(crate) async fn of_change<T: Object>(
    format: &Format<T>,
    predicate: &SelectionPredicate<T>,
    change: Change,
) -> Result<Option<Event<T>>, Status> {
    let Change {
        revision,
        key,
        value,
        previous,
    } = change;
    let Some(value) = value else {
        let Some(previous) = previous else {
            return Ok(None);
        };
        let deleted = format.read(&key, previous.into(), revision).await;
        let deleted = deleted.map_err(|error| match error.corrupt_object() {
            Some(mark) => corrupt_deletion(&mark.to_string()),
            None => failure(&error),
        })?;
        return Ok(Event::of_change(predicate, Some(deleted), None));
    };
    let current = format.read(&key, value.into(), revision).await;
    let current = current.map_err(|error| failure(&error))?;
    let previous = match previous {
        Some(_) if predicate.is_empty() => return Ok(Some(Event::Modified(current))),
        Some(previous) => {
            let read = format.read(&key, previous.into(), revision).await;
            Some(read.map_err(|error| failure(&error))?)
        }
        None => None,
    };
    Ok(Event::of_change(predicate, previous, Some(current)))
}

fn failure(error: &Error) -> Status {
    internal_error(&error.to_string())
}
