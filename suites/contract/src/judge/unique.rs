use std::collections::BTreeSet;

use super::{History, Watched, at};
use crate::seen::key_value;

/// V-UNIQUE: no key is told twice of one revision.
pub(super) fn check(_: &History, watched: &Watched) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut told = watched.events().map(key_value);
    let twice = told.find(|kv| !seen.insert((kv.mod_revision, kv.key.clone())))?;
    Some(format!(
        "{} is told twice",
        at(&twice.key, twice.mod_revision)
    ))
}
