use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use tokio::{sync::watch, task::JoinSet};

use super::{
    Follower, KeyValue, Overtaken, Snapshot, Unreadable,
    history::{Change, History},
};
use crate::storage::ResourceVersion;

/// A revisioned map of bytes: what a server holds. A clone is another handle to the same space.
///
/// A fresh space is at revision 1, as a fresh etcd is. Every write takes the next revision and changes one key; reads
/// take none. Writes are atomic and at once visible to every handle.
#[derive(Clone)]
pub struct Space(pub(super) Arc<Inner>);

pub(super) struct Inner {
    history: Mutex<History>,
    latest: watch::Sender<ResourceVersion>,
    /// One timer for each value that expires. They end with the space.
    pub(super) timers: Mutex<JoinSet<()>>,
}

impl Space {
    /// An empty space.
    pub fn new() -> Self {
        let history = History::new();
        Self(Arc::new(Inner {
            latest: watch::Sender::new(history.revision()),
            history: Mutex::new(history),
            timers: Mutex::default(),
        }))
    }

    /// The latest revision.
    pub fn revision(&self) -> ResourceVersion {
        self.history().revision()
    }

    /// The oldest revision that can be read; unset where nothing was compacted.
    pub fn compacted(&self) -> ResourceVersion {
        self.history().compacted()
    }

    /// The value at the key, now or at an earlier revision.
    ///
    /// # Errors
    ///
    /// The revision is compacted or in the future.
    pub fn get(&self, key: &str, at: Option<ResourceVersion>) -> Result<Snapshot, Unreadable> {
        self.history().get(key, at)
    }

    /// The latest revision, and the value at the key then.
    pub fn latest(&self, key: &str) -> (ResourceVersion, Option<KeyValue>) {
        let history = self.history();
        (history.revision(), history.current(key))
    }

    /// The values at keys that begin with `prefix`, from `start` on, now or at an earlier revision; at most `limit`.
    ///
    /// # Errors
    ///
    /// The revision is compacted or in the future.
    pub fn range(
        &self,
        prefix: &str,
        start: &str,
        at: Option<ResourceVersion>,
        limit: usize,
    ) -> Result<Snapshot, Unreadable> {
        self.history().range(prefix, start, at, limit)
    }

    /// Stores a value whatever is there, for ever.
    pub fn put(&self, key: &str, value: impl Into<Bytes>) -> ResourceVersion {
        let mut history = self.history();
        let revision = history.write(key, Some(value.into()));
        self.announce(&history);
        revision
    }

    /// Stores values whatever is there, for ever, all at one revision. Followers see them in the order given. Takes no
    /// revision where there is nothing to store.
    pub fn put_all(&self, values: impl IntoIterator<Item = (String, Bytes)>) -> ResourceVersion {
        let mut history = self.history();
        let revision = history.write_all(values);
        self.announce(&history);
        revision
    }

    /// Deletes whatever is there; `None`, and no revision taken, where nothing is.
    pub fn delete(&self, key: &str) -> Option<ResourceVersion> {
        let mut history = self.history();
        history.current(key)?;
        let revision = history.write(key, None);
        self.announce(&history);
        Some(revision)
    }

    /// Stores a value if the key was last written at `expected`; unset means that the key must not exist.
    ///
    /// The value is deleted after `ttl`, by a revision of its own, unless the key was written again by then; a `ttl` of
    /// zero is none.
    ///
    /// # Errors
    ///
    /// What is there instead.
    ///
    /// # Panics
    ///
    /// With a `ttl`, outside a tokio runtime with a clock.
    pub fn compare_and_put(
        &self,
        key: &str,
        expected: ResourceVersion,
        value: impl Into<Bytes>,
        ttl: Option<Duration>,
    ) -> Result<ResourceVersion, Option<KeyValue>> {
        let mut history = self.history();
        expect_revision(history.current(key), expected)?;
        let revision = history.write(key, Some(value.into()));
        self.announce(&history);
        drop(history);
        if let Some(ttl) = ttl.filter(|ttl| !ttl.is_zero()) {
            self.expire(key, revision, ttl);
        }
        Ok(revision)
    }

    /// Deletes the key if it was last written at `expected`.
    ///
    /// # Errors
    ///
    /// What is there instead.
    pub fn compare_and_delete(
        &self,
        key: &str,
        expected: ResourceVersion,
    ) -> Result<ResourceVersion, Option<KeyValue>> {
        let mut history = self.history();
        let current = history.current(key);
        if current.is_none() {
            return Err(None);
        }
        expect_revision(current, expected)?;
        let revision = history.write(key, None);
        self.announce(&history);
        Ok(revision)
    }

    /// Forgets what was before `at`: `at` itself can be read, nothing older can. Takes no revision.
    ///
    /// Where more has been compacted already, nothing happens.
    ///
    /// # Errors
    ///
    /// The revision lies in the future.
    pub fn compact(&self, at: ResourceVersion) -> Result<(), Unreadable> {
        self.history().compact(at)
    }

    /// Follows the changes after a revision, which may lie in the future.
    ///
    /// # Errors
    ///
    /// Changes after it have been compacted away.
    pub fn follow(&self, after: ResourceVersion) -> Result<Follower, Overtaken> {
        let compacted = self.compacted();
        if after.next() < compacted {
            return Err(Overtaken);
        }
        Ok(Follower::new(
            self.clone(),
            self.0.latest.subscribe(),
            after,
            compacted,
        ))
    }

    /// The latest revision, and the changes after one as [`History::changes_after`] gives them.
    pub(super) fn changes_after(
        &self,
        after: ResourceVersion,
        limit: usize,
    ) -> Option<(ResourceVersion, Vec<Change>)> {
        let history = self.history();
        Some((history.revision(), history.changes_after(after, limit)?))
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.0.history.lock().expect("no writer panics half-way")
    }

    /// Tells followers. Called under the lock, so that they hear of revisions in order.
    fn announce(&self, history: &History) {
        self.0.latest.send_replace(history.revision());
    }
}

fn expect_revision(
    current: Option<KeyValue>,
    expected: ResourceVersion,
) -> Result<(), Option<KeyValue>> {
    let found = current
        .as_ref()
        .map_or(ResourceVersion::UNSET, |current| current.revision);
    if found == expected {
        Ok(())
    } else {
        Err(current)
    }
}

impl Default for Space {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Space {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let history = self.history();
        formatter
            .debug_struct("Space")
            .field("revision", &history.revision())
            .field("compacted", &history.compacted())
            .finish_non_exhaustive()
    }
}
