use super::{
    Kind,
    truth::State,
    view::{Finding, View},
};

pub(super) const SAYS: &str = "What is told to be deleted is shown as it was before.";

/// Where an object ceased to match, that is how it matched last.
pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    for event in view.changes() {
        let Some(change) = view.truth.at(event.seen.version, event.key) else {
            continue;
        };
        if event.kind == Kind::Deleted
            && let State::Holds(content) = change.before
            && content != event.seen.content
        {
            let why = format!(
                "{} held {} before @{}, and it shows {}",
                event.key, content.0, change.version, event.seen.content.0
            );
            return Err(Finding::at(event.delivery, why).beside(change.shown()));
        }
    }
    Ok(())
}
