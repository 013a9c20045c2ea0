use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use storeproof::storage::ResourceVersion;

use super::{Answer, Content, History, Key, Operation, Request};

/// What a key held from a version on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The version of the change.
    pub(super) version: ResourceVersion,
    /// What it held then; `None` once deleted.
    pub(super) content: Option<Content>,
    /// The operation that changed it.
    pub(super) operation: usize,
}

/// The changes of every key in the order of their versions, as far as versions tell.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    keys: BTreeMap<Key, Vec<State>>,
    open: BTreeSet<Key>,
    dates: HashMap<usize, ResourceVersion>,
}

impl Timeline {
    pub(super) fn of(history: &History) -> Self {
        let sights = Sights::of(history);
        let mut timeline = Self::default();
        for (position, operation) in history.operations().iter().enumerate() {
            let Some(key) = operation.key() else { continue };
            let states = timeline.keys.entry(key.clone()).or_default();
            match sights.dated(operation) {
                Dated::At(version) if !version.is_unset() => {
                    timeline.dates.insert(position, version);
                    states.push(State {
                        version,
                        content: operation.content(),
                        operation: position,
                    });
                }
                Dated::Never => {}
                Dated::At(_) | Dated::Open => {
                    timeline.open.insert(key.clone());
                }
            }
        }
        timeline.open.extend(sights.undated);
        for states in timeline.keys.values_mut() {
            states.sort_by_key(|state| state.version);
        }
        timeline
    }

    /// The version at which an operation changed something, where it did and that is known.
    pub(super) fn date(&self, operation: usize) -> Option<ResourceVersion> {
        self.dates.get(&operation).copied()
    }

    /// Keys of which versions do not tell everything.
    pub(super) fn open(&self) -> &BTreeSet<Key> {
        &self.open
    }

    /// Every key with what is known of it.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&Key, &[State])> {
        self.keys
            .iter()
            .map(|(key, states)| (key, states.as_slice()))
    }

    /// The keys of which versions tell everything, with their changes in order.
    pub(super) fn settled(&self) -> impl Iterator<Item = (&Key, &[State])> {
        self.keys().filter(|(key, _)| !self.open.contains(*key))
    }

    /// All changes of a key of which versions tell everything.
    pub(super) fn of_settled(&self, key: &Key) -> Option<&[State]> {
        let settled = !self.open.contains(key);
        settled.then(|| self.keys.get(key).map_or(&[][..], Vec::as_slice))
    }
}

/// When a write took effect.
enum Dated {
    /// At this version.
    At(ResourceVersion),
    /// Not at all, or without a trace.
    Never,
    /// Nothing tells.
    Open,
}

/// What answers show of contents.
#[derive(Default)]
struct Sights {
    versions: HashMap<Content, ResourceVersion>,
    shown: HashSet<Content>,
    /// Keys of which an object was shown without a version, where one belongs.
    undated: BTreeSet<Key>,
    /// Keys of which somebody was told that there is another version: something unseen may have been there.
    disputed: BTreeSet<Key>,
}

impl Sights {
    fn of(history: &History) -> Self {
        let mut sights = Self::default();
        for operation in history.operations() {
            if operation.answer == Answer::Conflict {
                sights.disputed.extend(operation.key().cloned());
            }
            let is_deletion = matches!(operation.request, Request::Delete { .. });
            for (key, seen) in operation.sights() {
                sights.shown.insert(seen.content);
                if !seen.version.is_unset() {
                    sights.versions.insert(seen.content, seen.version);
                } else if !is_deletion {
                    sights.undated.insert(key.clone());
                }
            }
        }
        sights
    }

    fn dated(&self, operation: &Operation) -> Dated {
        if let Some(version) = operation.acknowledged() {
            return Dated::At(version);
        }
        if !operation.is_write() || operation.answer != Answer::Unknown {
            return Dated::Never;
        }
        match (&operation.request, operation.content()) {
            (_, Some(content)) if self.versions.contains_key(&content) => {
                Dated::At(self.versions.get(&content).copied().unwrap_or_default())
            }
            // Nobody saw it, and the object was there before and after.
            (Request::Update { key, .. }, Some(content))
                if !self.shown.contains(&content) && !self.disputed.contains(key) =>
            {
                Dated::Never
            }
            _ => Dated::Open,
        }
    }
}
