use super::{Change, KeyValue};
use crate::storage::{
    Event, Format, Object, SelectionPredicate, Status, corrupt_deletion, internal_error,
};

/// What the watch tells of an object that was there before it began (backend §5.4).
pub(super) async fn of_state<T: Object>(
    format: &Format<T>,
    predicate: &SelectionPredicate<T>,
    entry: KeyValue,
) -> Result<Option<Event<T>>, Status> {
    let object = format
        .read(&entry.key, entry.value.into(), entry.revision)
        .await
        .map_err(|failure| internal_error(&failure.to_string()))?;
    Ok(predicate.matches(&object).then_some(Event::Added(object)))
}

/// What the watch tells of a change: how it looks to somebody who sees only what matches (backend §5.5).
///
/// The object before the change carries the version of the change. It is not read where it decides nothing.
pub(super) async fn of_change<T: Object>(
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
    let is_deletion = value.is_none();
    let is_creation = previous.is_none();
    let current = match value {
        Some(value) => Some(
            format
                .read(&key, value.into(), revision)
                .await
                .map_err(|failure| internal_error(&failure.to_string()))?,
        ),
        None => None,
    };
    let previous = match previous.filter(|value| !value.is_empty()) {
        Some(value) if is_deletion || !predicate.is_empty() => Some(
            format
                .read(&key, value.into(), revision)
                .await
                .map_err(|failure| match failure.corrupt_object() {
                    Some(mark) if is_deletion => corrupt_deletion(&mark.to_string()),
                    _ => internal_error(&failure.to_string()),
                })?,
        ),
        _ => None,
    };
    if !is_creation && !is_deletion && predicate.is_empty() {
        return Ok(current.map(Event::Modified));
    }
    Ok(Event::of_change(predicate, previous, current))
}
