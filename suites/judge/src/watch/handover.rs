use std::collections::HashMap;

use super::{
    Kind, Start,
    view::{Event, Finding, View},
};
use crate::{Answer, Content, Key};

pub(super) const SAYS: &str =
    "What a list or the initial state shows, and the changes after it, fit together without a gap.";

/// What a watcher knows.
type Known<'a> = HashMap<&'a Key, Content>;

/// Looks with the eyes of a watcher, who knows nothing but what it was shown: what comes was not there, and what changes
/// or goes was.
pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let mut known: Option<Known<'_>> = None;
    for link in view.chain() {
        match link.watch.wish.start {
            Start::State { .. } => known = Some(Known::new()),
            Start::After(_) => known = known.or_else(|| listed(link)),
        }
        let Some(known) = &mut known else { continue };
        for event in link.events() {
            let why = unfit(known, event);
            if let (Some(why), true) = (why, link.place == view.place) {
                return Err(Finding::at(event.delivery, why));
            }
        }
    }
    Ok(())
}

/// What a list showed of the objects of the watch at the version where it begins.
fn listed<'a>(view: View<'a>) -> Option<Known<'a>> {
    let Start::After(begin) = view.watch.wish.start else {
        return None;
    };
    let lists = view.history.operations.operations().iter();
    let list = lists.filter_map(|operation| match &operation.answer {
        Answer::Listed(list) => Some(list),
        _ => None,
    });
    let list = list
        .into_iter()
        .find(|list| !list.pages.is_empty() && list.pages.iter().all(|page| *page == begin))?;
    let items = list.items.iter();
    let wanted = items.filter(|(key, seen)| view.watch.wish.holds(key, seen.content));
    Some(wanted.map(|(key, seen)| (key, seen.content)).collect())
}

/// Takes note of an event; tells why it does not fit, where it does not.
fn unfit<'a>(known: &mut Known<'a>, event: Event<'a>) -> Option<String> {
    let Event {
        kind, key, seen, ..
    } = event;
    let before = match kind {
        Kind::Added | Kind::Modified => known.insert(key, seen.content),
        Kind::Deleted => known.remove(key),
    };
    match (kind, before) {
        (Kind::Added, Some(content)) => Some(format!(
            "{key} is added, and was shown before with {}",
            content.0
        )),
        (Kind::Modified | Kind::Deleted, None) => Some(format!(
            "{key} is {}, and was never shown",
            kind.name().to_lowercase()
        )),
        (Kind::Deleted, Some(content)) if content != seen.content => Some(format!(
            "{key} is deleted with {}, and was shown last with {}",
            seen.content.0, content.0
        )),
        _ => None,
    }
}
