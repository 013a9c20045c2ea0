use super::{
    Kind,
    truth::Expected,
    view::{Event, Finding, View},
};

pub(super) const SAYS: &str =
    "A watch tells of what it asked for, and of nothing else: how it came, changed and went.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let (state, _) = view.watch.parts();
    for event in view.events() {
        let objection = beside_the_wish(view, event).or_else(|| {
            let is_change = event.delivery >= state.len();
            is_change.then(|| otherwise(view, event)).flatten()
        });
        if let Some(why) = objection {
            let change = view.truth.at(event.seen.version, event.key);
            let write = change.and_then(|change| change.shown());
            return Err(Finding::at(event.delivery, why).beside(write));
        }
    }
    Ok(())
}

fn beside_the_wish(view: View<'_>, event: Event<'_>) -> Option<String> {
    let wish = &view.watch.wish;
    let content = event.seen.content;
    if !wish.scope.holds(event.key) {
        return Some(format!("{} is none of its objects", event.key));
    }
    let selected = wish.selection.is_none_or(|wanted| wanted.holds(content));
    (!selected && event.kind != Kind::Deleted)
        .then(|| format!("it selects nothing that holds {}", content.0))
}

/// What should have come, where that is something else.
fn otherwise(view: View<'_>, event: Event<'_>) -> Option<String> {
    let change = view.truth.at(event.seen.version, event.key)?;
    match view.truth.expected(&view.watch.wish, change) {
        Expected::Exactly(kind) if kind != event.kind => {
            Some(format!("it is {} for this watch", kind.name()))
        }
        Expected::Nothing => Some(format!(
            "{} matched neither before nor after @{}",
            event.key, change.version
        )),
        Expected::Exactly(_) | Expected::Anything => None,
    }
}
