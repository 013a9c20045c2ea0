use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Answer, Client, Content, History, Key, Moment, Operation, Request, Seen, Version};

/// What a key held from a version on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The version of the change.
    pub(super) version: Version,
    /// What it held then; `None` once deleted.
    pub(super) content: Option<Content>,
    /// The operation that changed it.
    pub(super) operation: usize,
}

impl State {
    /// What was there, as an answer would show it.
    pub(super) fn seen(&self) -> Option<Seen> {
        let version = self.version;
        self.content.map(|content| Seen { version, content })
    }
}

/// The changes of every key in the order of their versions, as far as versions tell.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    keys: BTreeMap<Key, Vec<State>>,
    open: BTreeSet<Key>,
    dates: HashMap<usize, Version>,
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
    pub(super) fn date(&self, operation: usize) -> Option<Version> {
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
    At(Version),
    /// Not at all, or without a trace.
    Never,
    /// Nothing tells.
    Open,
}

/// What answers show of contents.
#[derive(Default)]
pub(super) struct Sights {
    versions: HashMap<Content, Version>,
    /// When requests about several objects happened, where the answer is unknown and one of their objects was shown.
    requests: HashMap<(Client, Moment), Version>,
    shown: HashSet<Content>,
    /// Keys of which an object was shown without a version, where one belongs.
    undated: BTreeSet<Key>,
    /// Keys of which somebody was told that there is another version: something unseen may have been there.
    disputed: BTreeSet<Key>,
    /// Keys of which an answer says that something is or was there, and not what: an unseen creation may explain it.
    alluded: BTreeSet<Key>,
}

impl Sights {
    pub(super) fn of(history: &History) -> Self {
        let mut sights = Self::default();
        for operation in history.operations() {
            match (&operation.request, &operation.answer) {
                (_, Answer::Conflict) => sights.disputed.extend(operation.key().cloned()),
                (_, Answer::Exists)
                | (
                    Request::Update { only_at: None, .. },
                    Answer::Unknown | Answer::Wrote { over: None, .. },
                ) => sights.alluded.extend(operation.key().cloned()),
                _ => {}
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
        sights.date_requests(history);
        sights
    }

    /// What happens as a whole has one version: that of any of its parts.
    fn date_requests(&mut self, history: &History) {
        let unknown = history.operations().iter();
        for operation in unknown.filter(|operation| operation.answer == Answer::Unknown) {
            let content = operation.content();
            if let Some(version) = content.and_then(|content| self.versions.get(&content)) {
                let request = (operation.client, operation.call);
                self.requests.entry(request).or_insert(*version);
            }
        }
    }

    fn dated(&self, operation: &Operation) -> Dated {
        if let Some(version) = operation.acknowledged() {
            return Dated::At(version);
        }
        if !operation.is_write() || operation.answer != Answer::Unknown {
            return Dated::Never;
        }
        if let Some(version) = self.requests.get(&(operation.client, operation.call)) {
            return Dated::At(*version);
        }
        if self.show_nothing_of(operation) {
            return Dated::Never;
        }
        Dated::Open
    }

    /// Whether a write of unknown outcome may as well not have happened: nobody saw it, and no answer needs it.
    pub(super) fn show_nothing_of(&self, operation: &Operation) -> bool {
        let (Answer::Unknown, Some(content)) = (&operation.answer, operation.content()) else {
            return false;
        };
        let request = (operation.client, operation.call);
        if self.shown.contains(&content) || self.requests.contains_key(&request) {
            return false;
        }
        match &operation.request {
            // The object was there before and after.
            Request::Update { key, .. } => !self.disputed.contains(key),
            Request::Create { key, .. } | Request::Put { key, .. } => {
                !self.disputed.contains(key) && !self.alluded.contains(key)
            }
            _ => false,
        }
    }
}
