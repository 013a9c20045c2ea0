use std::collections::HashMap;

use crate::Version;

use super::{
    Beside,
    view::{Finding, View},
};
use crate::Key;

pub(super) const SAYS: &str =
    "The versions that a watch, and those that continue it, show of one object only rise.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let mut shown: HashMap<&Key, (Version, Beside)> = HashMap::new();
    for link in view.chain() {
        let (state, _) = link.watch.parts();
        for event in link.events() {
            let version = event.seen.version;
            let here = link.shown(event.delivery);
            // A state that is told anew shows what has not changed since at the version it had.
            let again = event.delivery < state.len();
            if let Some((before, there)) = shown.get(event.key)
                && link.place == view.place
                && (version < *before || (version == *before && !again))
            {
                let why = format!("it shows {}@{version} after @{before}", event.key);
                return Err(Finding::at(event.delivery, why).beside([*there]));
            }
            shown.insert(event.key, (version, here));
        }
    }
    Ok(())
}
