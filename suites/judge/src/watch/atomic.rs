use std::collections::HashSet;

use crate::Version;

use super::{
    truth::Expected,
    view::{Event, Finding, View},
};

pub(super) const SAYS: &str = "All changes of one version are told together.";

/// Neither a bookmark nor a change of another version comes between them, and none of them is left out.
pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let mut last: Option<Event<'_>> = None;
    let mut told = HashSet::new();
    for event in view.changes() {
        let version = event.seen.version;
        if let Some(last) = last {
            if last.seen.version != version {
                is_whole(view, last, &told)?;
                told.clear();
            } else if event.delivery != last.delivery + 1 {
                let why = format!("the changes of @{version} are told in two parts");
                return Err(Finding::at(event.delivery, why).beside([view.shown(last.delivery)]));
            }
        }
        told.insert(event.key.clone());
        last = Some(event);
    }
    match last {
        Some(last) if goes_on_after(view, last) => is_whole(view, last, &told),
        _ => Ok(()),
    }
}

/// Whether the rest of the version of the last change would have come.
fn goes_on_after(view: View<'_>, last: Event<'_>) -> bool {
    let version = last.seen.version;
    let is_due = |due: Version| due >= version;
    view.watch.due.is_some_and(is_due) || view.marks().any(|mark| mark.delivery > last.delivery)
}

fn is_whole(view: View<'_>, last: Event<'_>, told: &HashSet<crate::Key>) -> Result<(), Finding> {
    let version = last.seen.version;
    let left_out = view.truth.at_version(version).iter().find(|change| {
        let expected = view.truth.expected(&view.watch.wish, change);
        matches!(expected, Expected::Exactly(_)) && !told.contains(&change.key)
    });
    match left_out {
        None => Ok(()),
        Some(change) => {
            let why = format!("of @{version} it leaves out {}", change.key);
            Err(Finding::at(last.delivery, why).beside(change.shown()))
        }
    }
}
