use std::collections::BTreeMap;

use bytes::Bytes;
use storeproof_wire::mvccpb::{Event, KeyValue, event::EventType};

/// A change that a server acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// The revision of the answer.
    pub(crate) revision: i64,
    pub(crate) key: Bytes,
    /// What was written; `None` where the key was deleted.
    pub(crate) value: Option<Bytes>,
}

/// What one watch was asked and what it told.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// How failures call it.
    pub(crate) name: String,
    /// The first key of its range and the first behind it.
    pub(crate) range: (Bytes, Bytes),
    /// The start revision that was asked for; 0 for none.
    pub(crate) start: i64,
    /// The revision of the message that it was created.
    pub(crate) created: i64,
    /// Everything since, in order.
    pub(crate) told: Vec<Told>,
}

/// A message of a watch.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// Changes.
    Events(Vec<Event>),
    /// Everything up to this revision was told.
    Progress(i64),
}

/// What was done and what was told of it.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Every change below the prefix of the watches, in the order of revisions, with what was there before it.
    pub(crate) changes: Vec<(Change, Option<KeyValue>)>,
    pub(crate) watches: Vec<Watched>,
}

impl History {
    /// `changes` are all that ever happened to the keys of the watches, in any order.
    pub(crate) fn new(mut changes: Vec<Change>, watches: Vec<Watched>) -> Self {
        changes.sort();
        let mut now: BTreeMap<Bytes, KeyValue> = BTreeMap::new();
        let changes = changes.into_iter().map(|change| {
            let before = match &change.value {
                Some(value) => {
                    let old = now.get(&change.key);
                    let new = KeyValue {
                        key: change.key.clone(),
                        create_revision: old.map_or(change.revision, |old| old.create_revision),
                        mod_revision: change.revision,
                        version: old.map_or(1, |old| old.version + 1),
                        value: value.clone(),
                        lease: 0,
                    };
                    now.insert(change.key.clone(), new)
                }
                None => now.remove(&change.key),
            };
            (change, before)
        });
        Self {
            changes: changes.collect(),
            watches,
        }
    }

    /// What was there before the change of `key` at `revision`; `None` where no such change was acknowledged.
    pub(crate) fn before(&self, key: &[u8], revision: i64) -> Option<&Option<KeyValue>> {
        let from = self
            .changes
            .partition_point(|(change, _)| change.revision < revision);
        let at = self.changes.get(from..)?.iter();
        at.take_while(|(change, _)| change.revision == revision)
            .find(|(change, _)| change.key == key)
            .map(|(_, before)| before)
    }
}

impl Watched {
    /// Every event, in order.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.told.iter().flat_map(|told| match told {
            Told::Events(events) => events.as_slice(),
            Told::Progress(_) => &[],
        })
    }

    /// Whether the watch asked for this key.
    pub(crate) fn covers(&self, key: &[u8]) -> bool {
        let (from, end) = &self.range;
        key >= &from[..] && key < &end[..]
    }

    /// The first revision that it has to tell of.
    pub(crate) fn first(&self) -> i64 {
        match self.start {
            0 => self.created + 1,
            start => start,
        }
    }
}

/// An event as the change that it tells.
pub(super) fn change(event: &Event) -> Change {
    let kv = event.kv.clone().unwrap_or_default();
    let deleted = event.r#type == i32::from(EventType::Delete);
    Change {
        revision: kv.mod_revision,
        key: kv.key,
        value: (!deleted).then_some(kv.value),
    }
}
