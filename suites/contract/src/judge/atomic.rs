use super::{History, Told, Watched};
use crate::seen::revision_of;

/// V-ATOMIC: no message begins with the revision with which the one before it ended.
pub(super) fn check(_: &History, watched: &Watched) -> Option<String> {
    let mut ended = 0;
    for told in &watched.told {
        let Told::Events(events) = told else { continue };
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            continue;
        };
        if revision_of(first) == ended {
            return Some(format!("revision {ended} is split over two messages"));
        }
        ended = revision_of(last);
    }
    None
}
