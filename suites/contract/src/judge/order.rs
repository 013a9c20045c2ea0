use super::{History, Watched};
use crate::seen::revision_of;

/// V-ORDER: no event is of a lower revision than the one before it.
pub(super) fn check(_: &History, watched: &Watched) -> Option<String> {
    let mut last = 0;
    for revision in watched.events().map(revision_of) {
        if revision < last {
            return Some(format!("revision {revision} is told after {last}"));
        }
        last = revision;
    }
    None
}
