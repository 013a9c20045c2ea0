use std::collections::HashMap;

use super::view::{Finding, View};

pub(super) const SAYS: &str =
    "A watch tells of each change once, and of each object once in its initial state.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let mut objects = HashMap::new();
    for event in view.state() {
        if let Some(first) = objects.insert(event.key, event.delivery) {
            let why = format!("the initial state holds {} twice", event.key);
            return Err(Finding::at(event.delivery, why).beside([view.shown(first)]));
        }
    }
    let mut changes = HashMap::new();
    for event in view.changes() {
        let change = (event.seen.version, event.key);
        if let Some(first) = changes.insert(change, event.delivery) {
            let why = format!("it tells of {}@{} again", event.key, event.seen.version);
            return Err(Finding::at(event.delivery, why).beside([view.shown(first)]));
        }
    }
    Ok(())
}
