use super::{
    Kind,
    truth::State,
    view::{Event, Finding, View},
};
use crate::Operation;

pub(super) const SAYS: &str =
    "What a watch tells is a change that was made there, at that version, before it was told.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    for event in view.events() {
        if let Some(why) = objection(view, event) {
            let change = view.truth.at(event.seen.version, event.key);
            let write = change.and_then(|change| change.shown());
            return Err(Finding::at(event.delivery, why).beside(write));
        }
    }
    Ok(())
}

fn objection(view: View<'_>, event: Event<'_>) -> Option<String> {
    let Event {
        kind, key, seen, ..
    } = event;
    if seen.version.is_unset() {
        return Some("it has no version".to_owned());
    }
    let Some(change) = view.truth.at(seen.version, key) else {
        return Some(format!("nothing changed {key} at @{}", seen.version));
    };
    if kind != Kind::Deleted
        && let State::Holds(content) = change.after
        && content != seen.content
    {
        return Some(format!(
            "at @{} {key} began to hold {}, and it shows {}",
            seen.version, content.0, seen.content.0
        ));
    }
    let write = change
        .operation
        .and_then(|place| view.history.operations.get(place))?;
    came_too_early(view, event, write)
        .then(|| format!("@{} was only going to be written", seen.version))
}

fn came_too_early(view: View<'_>, event: Event<'_>, write: &Operation) -> bool {
    let delivery = view.watch.deliveries.get(event.delivery);
    delivery.is_some_and(|delivery| delivery.moment < write.call)
}
