//! What was done to a store and what its watches told, noted while a case runs and looked at where it fails.

mod entry;
mod focus;
mod history;
mod journal;
mod kept;
mod naming;
mod recorded;
mod violation;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) use entry::told;
pub use entry::{Asked, Culprit, Entry, Opened, Wrong, Wrote};
pub use journal::Journal;
pub use kept::keep_trace;
pub use recorded::Recorded;
pub use violation::promise_broken;

use storeproof::storage::ResourceVersion;

use crate::report::timeline::{Phrase, Told};

/// Where a journal notes what it sees. Clones note in the same place.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    recorded: Arc<Mutex<Recorded>>,
    store: usize,
}

impl Trace {
    /// The same trace for a store beside the case's own.
    #[must_use]
    pub fn of_another_store(&self) -> Self {
        let store = self.recorded().another_store();
        Self {
            recorded: Arc::clone(&self.recorded),
            store,
        }
    }

    /// Notes in passing what is no operation of a store.
    pub fn note(&self, request: impl Into<String>) {
        self.asked(Asked {
            request: Phrase::of(request),
            ..Asked::default()
        });
    }

    /// Notes in passing what makes a version of the store without an operation on it.
    pub fn note_version(&self, request: impl Into<String>, version: ResourceVersion) {
        self.asked(Asked {
            request: Phrase::of(request),
            wrote: Some(Wrote {
                key: String::new(),
                version,
                deleted: false,
            }),
            ..Asked::default()
        });
    }

    /// Notes an operation.
    pub fn asked(&self, asked: Asked) {
        let store = self.store;
        self.recorded().push(Entry::Asked { store, asked });
    }

    /// Notes a watch that was started or refused, and returns its number.
    pub(super) fn opened(&self, opened: Opened) -> usize {
        self.recorded().open(self.store, opened)
    }

    /// Notes what a watch told.
    pub(super) fn told(&self, watch: usize, told: Told) {
        self.recorded().push(Entry::Told { watch, told });
    }

    /// Notes that a watch was stopped.
    pub(super) fn stopped(&self, watch: usize) {
        self.recorded().push(Entry::Stopped { watch });
    }

    /// Notes that something is wrong, for the failure that says the same.
    pub fn wrong(&self, wrong: Wrong) {
        self.recorded().push(Entry::Wrong(wrong));
    }

    /// Takes over what another trace holds, in place of what is here: a sequence that a property fails on was played
    /// elsewhere. Its writes are numbered, as properties name versions after them.
    pub fn take_over(&self, other: &Self) {
        let mut other = other.to_recorded();
        other.numbered = true;
        *self.recorded() = other;
    }

    /// How many requests were noted so far, those for watches not counted.
    pub fn requests(&self) -> usize {
        self.recorded().requests
    }

    /// Whether the last request was one for a watch.
    pub fn ends_with_opening(&self) -> bool {
        let recorded = self.recorded();
        let last = recorded.entries().rfind(|entry| entry.is_request());
        matches!(last, Some(Entry::Opened { .. }))
    }

    /// A copy of what was noted so far.
    pub fn to_recorded(&self) -> Recorded {
        self.recorded().clone()
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
