use storeproof_wire::mvccpb::event::EventType;

use super::{History, Watched, at};
use crate::seen::key_value;

/// V-CREATE: the event of a write says that the key is new exactly where it was not there before.
pub(super) fn check(history: &History, watched: &Watched) -> Option<String> {
    for event in watched.events() {
        let kv = key_value(event);
        if event.r#type != i32::from(EventType::Put) {
            continue;
        }
        let Some(before) = history.before(&kv.key, kv.mod_revision) else {
            continue;
        };
        let told = kv.create_revision == kv.mod_revision;
        if told != before.is_none() {
            let key = at(&kv.key, kv.mod_revision);
            let (is, not) = if told {
                ("is", "was")
            } else {
                ("is not", "was not")
            };
            return Some(format!(
                "{key} {is} told as a creation, and the key {not} there before"
            ));
        }
    }
    None
}
