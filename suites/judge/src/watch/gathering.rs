use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Version;

use super::{
    Kind, Told, WatchHistory,
    truth::{Change, State},
};
use crate::{Answer, Content, Key, Operation, Request};

/// A deletion that a watch told of and nobody was acknowledged.
type Unexplained = BTreeSet<(Version, Key)>;

/// All changes of a history in order, and the keys that were changed, or not, by writes of which nothing is known.
pub(super) fn changes(history: &WatchHistory) -> (Vec<Change>, BTreeSet<Key>) {
    let mut gathering = Gathering::default();
    gathering.add_writes(history);
    gathering.add_deletions(history);
    gathering.ended()
}

#[derive(Default)]
struct Gathering {
    changes: BTreeMap<(Version, Key), Change>,
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

    /// The changes in order, and the keys that may have been changed beside them.
    fn ended(self) -> (Vec<Change>, BTreeSet<Key>) {
        let open = self.open.into_iter().filter(|(_, open)| !open.is_empty());
        let clouded: BTreeSet<Key> = open.map(|(key, _)| key).collect();
        let mut changes: Vec<Change> = self.changes.into_values().collect();
        let mut last: BTreeMap<Key, State> = BTreeMap::new();
        for change in &mut changes {
            // What the write itself does not tell, the one before it does, unless something may have come between.
            if change.before == State::Something
                && !clouded.contains(&change.key)
                && let Some(State::Holds(content)) = last.get(&change.key)
            {
                change.before = State::Holds(*content);
            }
            last.insert(change.key.clone(), change.after);
        }
        (changes, clouded)
    }
}

/// The version at which somebody was shown each content.
fn shown(history: &WatchHistory) -> HashMap<Content, Version> {
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
