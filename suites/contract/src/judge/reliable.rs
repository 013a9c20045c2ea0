use super::{Change, History, Told, Watched, at, history::change};
use crate::seen::revision_of;

/// V-RELIABLE: from where a watch begins up to the last that it told, events are exactly the changes of its keys.
pub(super) fn check(history: &History, watched: &Watched) -> Option<String> {
    let reached = watched.told.iter().map(|told| match told {
        Told::Events(events) => events.iter().map(revision_of).max().unwrap_or(0),
        Told::Progress(revision) => *revision,
    });
    let reached = reached.max()?;
    let due = history.changes.iter().map(|(change, _)| change);
    let due: Vec<&Change> = due
        .filter(|due| (watched.first()..=reached).contains(&due.revision))
        .filter(|due| watched.covers(&due.key))
        .collect();
    // Within one revision the order is that of the operations, which are not recorded.
    let mut told: Vec<Change> = watched.events().map(change).collect();
    told.sort();
    if let Some(missing) = due.iter().find(|due| told.binary_search(due).is_err()) {
        let missing = at(&missing.key, missing.revision);
        return Some(format!("{missing} is never told, and {reached} is"));
    }
    let phantom = told.iter().find(|told| due.binary_search(told).is_err())?;
    Some(format!(
        "{} is told and never happened so",
        at(&phantom.key, phantom.revision)
    ))
}
