use super::view::{Event, Finding, View};

pub(super) const SAYS: &str = "The versions of the changes that a watch tells never fall.";

/// The initial state comes in the order of its keys, so it does not count here.
pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let mut last: Option<Event<'_>> = None;
    for event in view.changes() {
        if let Some(last) = last
            && event.seen.version < last.seen.version
        {
            let why = format!(
                "it tells of @{}, and had told of @{} before",
                event.seen.version, last.seen.version
            );
            return Err(Finding::at(event.delivery, why).beside([view.shown(last.delivery)]));
        }
        last = Some(event);
    }
    Ok(())
}
