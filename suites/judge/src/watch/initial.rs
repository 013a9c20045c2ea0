use std::collections::HashMap;

use crate::Version;

use super::{
    Beside, Kind, Start,
    truth::{Change, State, matches},
    view::{Event, Finding, Mark, View},
};
use crate::Key;

pub(super) const SAYS: &str =
    "The initial state is told whole and at one version, and ended once, by a bookmark at it.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let mut ends = view.marks().filter(|mark| mark.ends_state);
    let end = ends.next();
    let Start::State { not_older_than } = view.watch.wish.start else {
        return end.map_or(Ok(()), |end| {
            let why = "it ends a state that was not asked for".to_owned();
            Err(Finding::at(end.delivery, why))
        });
    };
    if let (Some(first), Some(second)) = (end, ends.next()) {
        let why = "it ends the state again".to_owned();
        return Err(Finding::at(second.delivery, why).beside([view.shown(first.delivery)]));
    }
    holds_nothing_else(view)?;
    let Some(end) = end else {
        return never_ended(view);
    };
    is_of_its_version(view, end)?;
    is_fresh(view, end, not_older_than)?;
    is_whole(view, end.version)
}

fn never_ended(view: View<'_>) -> Result<(), Finding> {
    match view.watch.due {
        None => Ok(()),
        Some(due) => Err(Finding::missing(format!(
            "no bookmark ended the state, though @{due} was waited for"
        ))),
    }
}

/// Before the end there is only what was there.
fn holds_nothing_else(view: View<'_>) -> Result<(), Finding> {
    if let Some(event) = view.state().find(|event| event.kind != Kind::Added) {
        let why = format!("{} comes before the state was ended", event.kind.name());
        return Err(Finding::at(event.delivery, why));
    }
    let (state, _) = view.watch.parts();
    match view.marks().find(|mark| mark.delivery < state.len()) {
        None => Ok(()),
        Some(mark) => Err(Finding::at(
            mark.delivery,
            "a bookmark comes before the state was ended".to_owned(),
        )),
    }
}

fn is_of_its_version(view: View<'_>, end: Mark) -> Result<(), Finding> {
    match view.state().find(|event| event.seen.version > end.version) {
        None => Ok(()),
        Some(event) => {
            let why = format!(
                "it ends the state at @{}, and {}@{} belongs to it",
                end.version, event.key, event.seen.version
            );
            Err(Finding::at(end.delivery, why).beside([view.shown(event.delivery)]))
        }
    }
}

/// Not older than was said, and where nothing was said, not older than what was known when it was asked for.
fn is_fresh(view: View<'_>, end: Mark, not_older_than: Version) -> Result<(), Finding> {
    let version = end.version;
    if version < not_older_than {
        let why = format!("the state is of @{version}, and not to be older than @{not_older_than}");
        return Err(Finding::at(end.delivery, why));
    }
    let operations = view.history.operations.operations().iter().enumerate();
    let known = operations
        .filter(|(_, operation)| operation.end.is_some_and(|end| end < view.watch.opened))
        .filter_map(|(place, operation)| Some((operation.acknowledged()?, place)))
        .max();
    match known {
        Some((known, place)) if not_older_than.is_unset() && version < known => {
            let why = format!("the state is of @{version}, and @{known} was known before");
            Err(Finding::at(end.delivery, why).beside([Beside::Operation(place)]))
        }
        _ => Ok(()),
    }
}

fn is_whole(view: View<'_>, version: Version) -> Result<(), Finding> {
    let mut shown: HashMap<&Key, Event<'_>> =
        view.state().map(|event| (event.key, event)).collect();
    for (key, last) in view.truth.last_until(version) {
        let event = shown.remove(key);
        if !view.watch.wish.scope.holds(key) {
            continue;
        }
        differs(view, version, key, last, event)?;
    }
    Ok(())
}

/// What was there against what was shown. Where something may have happened unseen, nothing is missed.
fn differs(
    view: View<'_>,
    version: Version,
    key: &Key,
    last: Option<&Change>,
    event: Option<Event<'_>>,
) -> Result<(), Finding> {
    let write = last.and_then(Change::shown);
    let there = last.map_or(State::Nothing, |last| last.after);
    match event {
        Some(event) if Some(event.seen.version) != last.map(|last| last.version) => {
            let changed = last.map_or_else(
                || "was not there".to_owned(),
                |last| format!("was changed at @{}", last.version),
            );
            let why = format!(
                "the state of @{version} shows {key}@{}, which {changed}",
                event.seen.version
            );
            Err(Finding::at(event.delivery, why).beside(write))
        }
        Some(event) if matches(&view.watch.wish, there) == Some(false) => {
            let why = format!("the state of @{version} shows {key}, which is not in it");
            Err(Finding::at(event.delivery, why).beside(write))
        }
        None if matches(&view.watch.wish, there) == Some(true) && !view.truth.is_clouded(key) => {
            let since = last.map(|last| last.version).unwrap_or_default();
            let why =
                format!("the state of @{version} leaves out {key}, which was there since @{since}");
            let (state, _) = view.watch.parts();
            Err(Finding::at(state.len(), why).beside(write))
        }
        _ => Ok(()),
    }
}
