use super::{History, Watched, at};
use crate::seen::key_value;

/// V-PREVKV: every event carries what was there before. Nothing is compacted in these histories, so nothing may be missing.
pub(super) fn check(history: &History, watched: &Watched) -> Option<String> {
    for event in watched.events() {
        let kv = key_value(event);
        let Some(before) = history.before(&kv.key, kv.mod_revision) else {
            continue;
        };
        if event.prev_kv != *before {
            return Some(format!(
                "{} says that there was {:?} before, and there was {before:?}",
                at(&kv.key, kv.mod_revision),
                event.prev_kv
            ));
        }
    }
    None
}
