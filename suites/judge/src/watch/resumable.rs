use std::collections::HashSet;

use super::{
    Start,
    view::{Finding, View},
};

pub(super) const SAYS: &str = "A watch begins with the first change after its start, so that one goes on where another ended.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let Some(begin) = view.begin() else {
        return Ok(());
    };
    let from = match (view.watch.wish.start, view.watch.resumes) {
        (Start::After(_), Some(before)) => format!("@{begin}, where watch {before} ended"),
        (Start::After(_), None) => format!("@{begin}"),
        (Start::State { .. }, _) => format!("the state of @{begin}"),
    };
    if let Some(event) = view.changes().find(|event| event.seen.version <= begin) {
        let version = event.seen.version;
        let why = format!("it goes on after {from}, and tells of @{version}");
        return Err(Finding::at(event.delivery, why));
    }
    let Some(first) = view.changes().next() else {
        return Ok(());
    };
    let told: HashSet<_> = view
        .changes()
        .map(|event| (event.seen.version, event.key))
        .collect();
    let lost = view
        .owed_so_far()
        .take_while(|change| change.version < first.seen.version)
        .find(|change| !told.contains(&(change.version, &change.key)));
    match lost {
        None => Ok(()),
        Some(lost) => {
            let why = format!(
                "it goes on after {from}, and leaves out {}@{}",
                lost.key, lost.version
            );
            Err(Finding::at(first.delivery, why).beside(lost.shown()))
        }
    }
}
