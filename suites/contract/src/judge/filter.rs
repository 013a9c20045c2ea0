use super::{History, Watched, at};
use crate::seen::key_value;

/// V-FILTER: only keys of the watch's range are told.
pub(super) fn check(_: &History, watched: &Watched) -> Option<String> {
    let mut told = watched.events().map(key_value);
    let foreign = told.find(|kv| !watched.covers(&kv.key))?;
    let foreign = at(&foreign.key, foreign.mod_revision);
    Some(format!(
        "it tells {foreign}, which lies outside of its range"
    ))
}
