use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::Arc,
};

use bytes::Bytes;

use crate::storage::ResourceVersion;

/// How many changes below the compacted revision are kept for watches that were open before the compaction.
///
/// A server sends changes to open watches as they happen, so a compaction overtakes only those that are far behind. This
/// stands for the buffers between.
pub(super) const SLACK: u64 = 256;

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// The full key.
    pub key: Arc<str>,
    /// The stored bytes.
    pub value: Bytes,
    /// The revision of the write that stored them.
    pub revision: ResourceVersion,
}

/// What one revision changed at one key. Most revisions change just one; those of a transaction share theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The revision.
    pub revision: ResourceVersion,
    /// The full key.
    pub key: Arc<str>,
    /// The bytes from then on; `None` where the key was deleted.
    pub value: Option<Bytes>,
    /// The bytes before; `None` where the key was created.
    pub previous: Option<Bytes>,
}

/// Part of a space as it was at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The revision.
    pub revision: ResourceVersion,
    /// The values in key order, up to the limit of the request.
    pub entries: Vec<KeyValue>,
    /// How many there are without a limit.
    pub count: usize,
}

impl Snapshot {
    /// The value, where one key was asked for.
    pub fn into_single(self) -> Option<KeyValue> {
        self.entries.into_iter().next()
    }
}

/// Why a space cannot be read at a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has been compacted away.
    #[error("the revision has been compacted")]
    Compacted,
    /// It has not happened yet.
    #[error("the revision lies in the future: the latest one is {current}")]
    Future {
        /// The latest revision.
        current: ResourceVersion,
    },
}

/// One state of one key.
#[derive(Debug)]
struct Version {
    revision: ResourceVersion,
    value: Option<Bytes>,
}

/// Everything that happened since the last compaction. Knows no locks and no clock.
#[derive(Debug)]
pub(super) struct History {
    revision: ResourceVersion,
    compacted: ResourceVersion,
    /// The states of each key in ascending order of revision; never empty.
    keys: BTreeMap<Arc<str>, Vec<Version>>,
    /// One or more for each revision, without gaps, up to the latest.
    changes: VecDeque<Change>,
}

impl History {
    /// An empty history. The first revision is 1, and changed nothing.
    pub(super) fn new() -> Self {
        Self {
            revision: ResourceVersion::new(1),
            compacted: ResourceVersion::UNSET,
            keys: BTreeMap::new(),
            changes: VecDeque::new(),
        }
    }

    pub(super) fn revision(&self) -> ResourceVersion {
        self.revision
    }

    pub(super) fn compacted(&self) -> ResourceVersion {
        self.compacted
    }

    /// The value at the key now.
    pub(super) fn current(&self, key: &str) -> Option<KeyValue> {
        let (key, versions) = self.keys.get_key_value(key)?;
        value_at(key, versions, self.revision)
    }

    pub(super) fn get(
        &self,
        key: &str,
        at: Option<ResourceVersion>,
    ) -> Result<Snapshot, Unreadable> {
        let revision = self.readable(at)?;
        let entries: Vec<KeyValue> = self
            .keys
            .get_key_value(key)
            .and_then(|(key, versions)| value_at(key, versions, revision))
            .into_iter()
            .collect();
        Ok(Snapshot {
            revision,
            count: entries.len(),
            entries,
        })
    }

    pub(super) fn range(
        &self,
        prefix: &str,
        start: &str,
        at: Option<ResourceVersion>,
        limit: usize,
    ) -> Result<Snapshot, Unreadable> {
        let revision = self.readable(at)?;
        let mut found = self
            .keys
            .range::<str, _>((Bound::Included(start), Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter_map(|(key, versions)| value_at(key, versions, revision));
        let entries: Vec<KeyValue> = found.by_ref().take(limit).collect();
        Ok(Snapshot {
            revision,
            count: entries.len() + found.count(),
            entries,
        })
    }

    /// Stores a value, or deletes the key, at a new revision. Whoever calls knows that there is something to delete.
    pub(super) fn write(&mut self, key: &str, value: Option<Bytes>) -> ResourceVersion {
        self.revision = self.revision.next();
        self.change(key, value);
        self.revision
    }

    /// Stores several values at one new revision; takes none where there is nothing to store.
    pub(super) fn write_all(
        &mut self,
        values: impl IntoIterator<Item = (String, Bytes)>,
    ) -> ResourceVersion {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.revision = self.revision.next();
        }
        for (key, value) in values {
            self.change(&key, Some(value));
        }
        self.revision
    }

    /// What the latest revision does to a key.
    fn change(&mut self, key: &str, value: Option<Bytes>) {
        let previous = self.current(key);
        let key = match &previous {
            Some(previous) => Arc::clone(&previous.key),
            None => Arc::from(key),
        };
        self.keys
            .entry(Arc::clone(&key))
            .or_default()
            .push(Version {
                revision: self.revision,
                value: value.clone(),
            });
        self.changes.push_back(Change {
            revision: self.revision,
            key,
            value,
            previous: previous.map(|previous| previous.value),
        });
    }

    /// Forgets what was before `at`. The state at `at` stays, nothing older does. An older compaction changes nothing.
    pub(super) fn compact(&mut self, at: ResourceVersion) -> Result<(), Unreadable> {
        if at > self.revision {
            return Err(Unreadable::Future {
                current: self.revision,
            });
        }
        if at <= self.compacted {
            return Ok(());
        }
        self.compacted = at;
        self.keys.retain(|_, versions| {
            let settled = versions.partition_point(|version| version.revision <= at);
            versions.drain(..settled.saturating_sub(1));
            let gone = |version: &Version| version.revision <= at && version.value.is_none();
            if versions.first().is_some_and(gone) {
                versions.remove(0);
            }
            !versions.is_empty()
        });
        let kept = self
            .changes
            .partition_point(|change| change.revision.get() + SLACK < at.get());
        self.changes.drain(..kept);
        Ok(())
    }

    /// The changes after a revision, `limit` and as many as it takes to finish the last one's revision; `None` where some
    /// of them are gone.
    pub(super) fn changes_after(
        &self,
        after: ResourceVersion,
        limit: usize,
    ) -> Option<Vec<Change>> {
        match self.changes.front() {
            Some(oldest) if after.next() < oldest.revision => None,
            _ => {
                let first = self
                    .changes
                    .partition_point(|change| change.revision <= after);
                let mut taken: Vec<Change> =
                    self.changes.range(first..).take(limit).cloned().collect();
                let last = taken.last().map(|last| last.revision);
                let rest = self.changes.range(first + taken.len()..);
                taken.extend(
                    rest.take_while(|change| Some(change.revision) == last)
                        .cloned(),
                );
                Some(taken)
            }
        }
    }

    fn readable(&self, at: Option<ResourceVersion>) -> Result<ResourceVersion, Unreadable> {
        match at {
            None => Ok(self.revision),
            Some(at) if at > self.revision => Err(Unreadable::Future {
                current: self.revision,
            }),
            Some(at) if at < self.compacted => Err(Unreadable::Compacted),
            Some(at) => Ok(at),
        }
    }
}

fn value_at(key: &Arc<str>, versions: &[Version], at: ResourceVersion) -> Option<KeyValue> {
    let known = versions.partition_point(|version| version.revision <= at);
    let version = versions.get(known.checked_sub(1)?)?;
    Some(KeyValue {
        key: Arc::clone(key),
        value: version.value.clone()?,
        revision: version.revision,
    })
}

#[cfg(test)]
mod tests;
