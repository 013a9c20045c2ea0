use std::collections::{BTreeMap, BTreeSet};

use crate::Version;

use super::{Kind, WatchHistory, Wish, gathering};
use crate::{Content, Key};

/// What there is at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing.
    Nothing,
    /// An object that holds this.
    Holds(Content),
    /// An object; what it holds nobody told.
    Something,
    /// Nobody told.
    Unclear,
}

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) version: Version,
    pub(super) key: Key,
    pub(super) before: State,
    pub(super) after: State,
    /// The write that made it, where that is known.
    pub(super) operation: Option<usize>,
}

/// What a watch has to tell of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Nothing,
    Exactly(Kind),
    /// What is known of the change does not say.
    Anything,
}

/// Everything that happened, in the order of versions, as far as acknowledged writes, reads and watches tell.
///
/// A write of unknown outcome counts where somebody was shown what it wrote. A deletion of unknown outcome counts where a
/// watch tells of one that nobody was acknowledged. All others may or may not have happened.
#[derive(Debug)]
pub(super) struct Truth {
    changes: Vec<Change>,
    keys: BTreeMap<Key, Vec<usize>>,
    /// Keys that were changed, or not, by writes of which nothing is known.
    clouded: BTreeSet<Key>,
}

impl Truth {
    pub(super) fn of(history: &WatchHistory) -> Self {
        let (changes, clouded) = gathering::changes(history);
        let mut keys: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (place, change) in changes.iter().enumerate() {
            keys.entry(change.key.clone()).or_default().push(place);
        }
        Self {
            changes,
            keys,
            clouded,
        }
    }

    /// The change of a key at a version.
    pub(super) fn at(&self, version: Version, key: &Key) -> Option<&Change> {
        self.at_version(version)
            .iter()
            .find(|change| change.key == *key)
    }

    /// All changes at a version.
    pub(super) fn at_version(&self, version: Version) -> &[Change] {
        let begin = self
            .changes
            .partition_point(|change| change.version < version);
        let end = self
            .changes
            .partition_point(|change| change.version <= version);
        self.changes.get(begin..end).unwrap_or_default()
    }

    /// All changes after a version, in order.
    pub(super) fn after(&self, version: Version) -> &[Change] {
        let begin = self
            .changes
            .partition_point(|change| change.version <= version);
        self.changes.get(begin..).unwrap_or_default()
    }

    /// Every key with its last change at or before a version.
    pub(super) fn last_until(
        &self,
        version: Version,
    ) -> impl Iterator<Item = (&Key, Option<&Change>)> {
        self.keys.iter().map(move |(key, changes)| {
            let change = |place: &usize| self.changes.get(*place);
            let past = changes
                .partition_point(|place| change(place).is_some_and(|one| one.version <= version));
            let last = past.checked_sub(1).and_then(|last| changes.get(last));
            (key, last.and_then(change))
        })
    }

    /// Whether a key may have been changed without a trace.
    pub(super) fn is_clouded(&self, key: &Key) -> bool {
        self.clouded.contains(key)
    }

    /// What a watch with this wish has to tell of the change.
    pub(super) fn expected(&self, wish: &Wish, change: &Change) -> Expected {
        if !wish.scope.holds(&change.key) {
            return Expected::Nothing;
        }
        let matches = |state| matches(wish, state);
        match (matches(change.before), matches(change.after)) {
            (Some(false), Some(true)) => Expected::Exactly(Kind::Added),
            (Some(true), Some(true)) => Expected::Exactly(Kind::Modified),
            (Some(true), Some(false)) => Expected::Exactly(Kind::Deleted),
            (Some(false), Some(false)) => Expected::Nothing,
            (None, _) | (_, None) => Expected::Anything,
        }
    }
}

/// Whether what there is belongs to the watch; `None` where that is not known.
pub(super) fn matches(wish: &Wish, state: State) -> Option<bool> {
    match (state, wish.selection) {
        (State::Nothing, _) => Some(false),
        (State::Holds(content), Some(selection)) => Some(selection.holds(content)),
        (State::Holds(_) | State::Something, None) => Some(true),
        (State::Something | State::Unclear, _) => None,
    }
}
