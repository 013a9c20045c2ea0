use std::collections::HashSet;

use super::view::{Finding, View};

pub(super) const SAYS: &str =
    "A watch leaves out no change between its start and the last that it told or was waited for.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let told: HashSet<_> = view
        .changes()
        .map(|event| (event.seen.version, event.key))
        .collect();
    let last = view.changes().last().map(|event| event.seen.version);
    let marked = view.marks().map(|mark| mark.version).max();
    let promised = marked.max(view.watch.due);
    let lost = view
        .owed_so_far()
        .take_while(|change| {
            last.is_some_and(|last| change.version < last) || Some(change.version) <= promised
        })
        .find(|change| !told.contains(&(change.version, &change.key)));
    let Some(lost) = lost else {
        return Ok(());
    };
    let what = format!("{}@{}", lost.key, lost.version);
    let next = view
        .changes()
        .find(|event| event.seen.version > lost.version);
    let finding = match next {
        Some(next) => {
            let why = format!("it tells of @{}, and left out {what}", next.seen.version);
            Finding::at(next.delivery, why)
        }
        None => Finding::missing(format!(
            "{what} never came, though @{} was waited for",
            promised.unwrap_or_default()
        )),
    };
    Err(finding.beside(lost.shown()))
}
