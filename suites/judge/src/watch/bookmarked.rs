use std::collections::HashMap;

use crate::Version;

use super::{
    Start,
    view::{Finding, Mark, View},
};

pub(super) const SAYS: &str =
    "A bookmark comes when everything up to its version has been told, and none goes back.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    unasked(view)?;
    ahead(view)?;
    in_order(view)
}

/// Whoever begins with the state wants bookmarks; else they are for those who want progress.
fn unasked(view: View<'_>) -> Result<(), Finding> {
    let wish = &view.watch.wish;
    if wish.progress || matches!(wish.start, Start::State { .. }) {
        return Ok(());
    }
    match view.marks().next() {
        None => Ok(()),
        Some(mark) => Err(Finding::at(
            mark.delivery,
            "it did not ask for bookmarks".to_owned(),
        )),
    }
}

/// No bookmark says of a change that was not told yet that it was.
fn ahead(view: View<'_>) -> Result<(), Finding> {
    let told: HashMap<_, _> = view
        .changes()
        .map(|event| ((event.seen.version, event.key), event.delivery))
        .collect();
    let mut owed = view.owed_so_far().peekable();
    for mark in view.marks().filter(|mark| !mark.ends_state) {
        while let Some(change) = owed.next_if(|change| change.version <= mark.version) {
            let at = told.get(&(change.version, &change.key)).copied();
            let what = format!("{}@{}", change.key, change.version);
            let why = match at {
                Some(at) if at < mark.delivery => continue,
                Some(at) => format!(
                    "it says that all up to @{} was told, and {what} comes {} later",
                    mark.version,
                    deliveries(at - mark.delivery)
                ),
                None => format!(
                    "it says that all up to @{} was told, and {what} never came",
                    mark.version
                ),
            };
            let later = at.map(|at| view.shown(at));
            return Err(Finding::at(mark.delivery, why)
                .beside(change.shown())
                .beside(later));
        }
    }
    Ok(())
}

fn deliveries(count: usize) -> String {
    match count {
        1 => "one delivery".to_owned(),
        count => format!("{count} deliveries"),
    }
}

/// Bookmarks rise, and neither fall behind changes nor are followed by older ones.
fn in_order(view: View<'_>) -> Result<(), Finding> {
    let mut marks = view.marks().peekable();
    let mut changes = view.changes().peekable();
    let mut last: Option<Mark> = None;
    let mut highest: Option<(Version, usize)> = None;
    loop {
        let next_mark = marks.peek().map(|mark| mark.delivery);
        let next_change = changes.peek().map(|event| event.delivery);
        let is_mark = match (next_mark, next_change) {
            (None, None) => return Ok(()),
            (Some(mark), Some(change)) => mark < change,
            (mark, _) => mark.is_some(),
        };
        if is_mark && let Some(mark) = marks.next() {
            back(view, mark, last, highest)?;
            last = Some(mark);
        } else if let Some(event) = changes.next() {
            let version = event.seen.version;
            if let Some(last) = last
                && version <= last.version
            {
                let why = format!(
                    "it tells of @{version} after a bookmark at @{}",
                    last.version
                );
                return Err(Finding::at(event.delivery, why).beside([view.shown(last.delivery)]));
            }
            highest = highest.max(Some((version, event.delivery)));
        }
    }
}

fn back(
    view: View<'_>,
    mark: Mark,
    last: Option<Mark>,
    highest: Option<(Version, usize)>,
) -> Result<(), Finding> {
    if mark.version.is_unset() {
        return Err(Finding::at(
            mark.delivery,
            "the bookmark has no version".to_owned(),
        ));
    }
    let bookmark = last.map(|last| ("there was one at", last.version, last.delivery));
    let change = highest.map(|(version, delivery)| ("it had told of", version, delivery));
    let before = bookmark.into_iter().chain(change);
    for (what, version, delivery) in before {
        if mark.version < version {
            let why = format!(
                "the bookmark is at @{}, and {what} @{version}",
                mark.version
            );
            return Err(Finding::at(mark.delivery, why).beside([view.shown(delivery)]));
        }
    }
    Ok(())
}
