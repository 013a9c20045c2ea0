use std::collections::{BTreeMap, BTreeSet, HashMap};

use storeproof::storage::ResourceVersion;

use super::{Kind, Told, WatchHistory, Wish};
use crate::judge::{Answer, Content, Key, Operation, Request};

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
    pub(super) version: ResourceVersion,
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
#[derive(Debug, Default)]
pub(super) struct Truth {
    changes: Vec<Change>,
    keys: BTreeMap<Key, Vec<usize>>,
    /// Keys that were changed, or not, by writes of which nothing is known.
    clouded: BTreeSet<Key>,
}

impl Truth {
    pub(super) fn of(history: &WatchHistory) -> Self {
        let mut found = Gathering::default();
        found.add_writes(history);
        found.add_deletions(history);
        found.into_truth()
    }

    /// The change of a key at a version.
    pub(super) fn at(&self, version: ResourceVersion, key: &Key) -> Option<&Change> {
        self.at_version(version)
            .iter()
            .find(|change| change.key == *key)
    }

    /// All changes at a version.
    pub(super) fn at_version(&self, version: ResourceVersion) -> &[Change] {
        let begin = self
            .changes
            .partition_point(|change| change.version < version);
        let end = self
            .changes
            .partition_point(|change| change.version <= version);
        self.changes.get(begin..end).unwrap_or_default()
    }

    /// All changes after a version, in order.
    pub(super) fn after(&self, version: ResourceVersion) -> &[Change] {
        let begin = self
            .changes
            .partition_point(|change| change.version <= version);
        self.changes.get(begin..).unwrap_or_default()
    }

    /// Every key with its last change at or before a version.
    pub(super) fn last_until(
        &self,
        version: ResourceVersion,
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

/// A deletion that a watch told of and nobody was acknowledged.
type Unexplained = BTreeSet<(ResourceVersion, Key)>;

#[derive(Default)]
struct Gathering {
    changes: BTreeMap<(ResourceVersion, Key), Change>,
    /// Writes of which it is not known whether and when they happened, by key.
    open: BTreeMap<Key, Vec<usize>>,
}

impl Gathering {
    fn add(&mut self, change: Change) {
        let place = (change.version, change.key.clone());
        self.changes.entry(place).or_insert(change);
    }

    /// Acknowledged writes, and those whose content somebody was shown with its version.
    fn add_writes(&mut self, history: &WatchHistory) {
        let versions = shown(history);
        for (place, operation) in history.operations.operations().iter().enumerate() {
            let Some(key) = operation.key().filter(|_| operation.is_write()) else {
                continue;
            };
            let content = operation.content();
            let shown = || versions.get(&content?).copied();
            let version = match operation.answer {
                Answer::Unknown => shown(),
                _ => operation.acknowledged(),
            };
            match version {
                Some(version) if !version.is_unset() => self.add(Change {
                    version,
                    key: key.clone(),
                    before: before(operation),
                    after: content.map_or(State::Nothing, State::Holds),
                    operation: Some(place),
                }),
                Some(_) => self.open.entry(key.clone()).or_default().push(place),
                None if operation.answer == Answer::Unknown => {
                    self.open.entry(key.clone()).or_default().push(place);
                }
                None => {}
            }
        }
    }

    /// Deletions of unknown outcome that watches told of. What a watch with a selection calls deleted may have been
    /// changed so that it does not match any more; so these come last, and say less.
    fn add_deletions(&mut self, history: &WatchHistory) {
        let (whole, selected) = self.unexplained(history);
        let operations = &history.operations;
        for (version, key) in whole {
            let Some(open) = self.open.get_mut(&key) else {
                continue;
            };
            let is_deletion = |place: &usize| {
                let request = operations.get(*place).map(|one| &one.request);
                matches!(request, Some(Request::Delete { .. }))
            };
            if let Some(found) = open.iter().position(is_deletion) {
                let operation = Some(open.remove(found));
                self.add(Change {
                    version,
                    key,
                    before: State::Something,
                    after: State::Nothing,
                    operation,
                });
            }
        }
        for (version, key) in selected {
            if self.open.get(&key).is_some_and(|open| !open.is_empty()) {
                self.add(Change {
                    version,
                    key,
                    before: State::Something,
                    after: State::Unclear,
                    operation: None,
                });
            }
        }
    }

    fn unexplained(&self, history: &WatchHistory) -> (Unexplained, Unexplained) {
        let (mut whole, mut selected) = (Unexplained::new(), Unexplained::new());
        for watch in &history.watches {
            for delivery in &watch.deliveries {
                if let Told::Change {
                    kind: Kind::Deleted,
                    key,
                    seen,
                } = &delivery.told
                {
                    let place = (seen.version, key.clone());
                    if seen.version.is_unset() || self.changes.contains_key(&place) {
                        continue;
                    }
                    let unexplained = match watch.wish.selection {
                        None => &mut whole,
                        Some(_) => &mut selected,
                    };
                    unexplained.insert(place);
                }
            }
        }
        (whole, selected)
    }

    fn into_truth(self) -> Truth {
        let mut truth = Truth {
            clouded: self
                .open
                .into_iter()
                .filter(|(_, open)| !open.is_empty())
                .map(|(key, _)| key)
                .collect(),
            ..Truth::default()
        };
        let mut last: BTreeMap<Key, State> = BTreeMap::new();
        for (place, mut change) in self.changes.into_values().enumerate() {
            let key = change.key.clone();
            // What the write itself does not tell, the one before it does, unless something may have come between.
            if change.before == State::Something
                && !truth.clouded.contains(&key)
                && let Some(State::Holds(content)) = last.get(&key)
            {
                change.before = State::Holds(*content);
            }
            last.insert(key.clone(), change.after);
            truth.keys.entry(key).or_default().push(place);
            truth.changes.push(change);
        }
        truth
    }
}

/// The version at which somebody was shown each content.
fn shown(history: &WatchHistory) -> HashMap<Content, ResourceVersion> {
    let mut versions = HashMap::new();
    let read = history.operations.operations().iter();
    for (_, seen) in read.flat_map(Operation::sights) {
        if !seen.version.is_unset() {
            versions.entry(seen.content).or_insert(seen.version);
        }
    }
    for delivery in history.watches.iter().flat_map(|watch| &watch.deliveries) {
        if let Told::Change {
            kind: Kind::Added | Kind::Modified,
            seen,
            ..
        } = &delivery.told
            && !seen.version.is_unset()
        {
            versions.entry(seen.content).or_insert(seen.version);
        }
    }
    versions
}

/// What there was before a write that happened, as far as its request and its answer tell.
fn before(operation: &Operation) -> State {
    match (&operation.request, &operation.answer) {
        (Request::Create { .. }, _) => State::Nothing,
        (
            _,
            Answer::Wrote {
                over: Some(over), ..
            },
        ) => State::Holds(over.content),
        (_, Answer::Deleted { content, .. }) => State::Holds(*content),
        _ => State::Something,
    }
}
