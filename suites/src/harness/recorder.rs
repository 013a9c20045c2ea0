use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

use storeproof::storage::Store;
use storeproof_fixtures::objects::Pod;

use super::recording::Recording;
use crate::judge::{Client, Content, History, Moment, Operation};

/// Hands out clients of one store and records what they do, for the judges. Nothing is tried twice: a second try would
/// turn an unknown outcome into a false answer.
pub struct Recorder {
    store: Arc<dyn Store<Pod>>,
    clock: AtomicU64,
    contents: AtomicU64,
    clients: AtomicU32,
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    operations: Vec<Operation>,
    troubles: usize,
    last: String,
}

impl Recorder {
    /// Records what is done to a store that holds nothing yet.
    pub fn new(store: Arc<dyn Store<Pod>>) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock: AtomicU64::default(),
            contents: AtomicU64::default(),
            clients: AtomicU32::default(),
            noted: Mutex::default(),
        })
    }

    /// One more client.
    pub fn client(self: &Arc<Self>) -> Recording {
        Recording::new(Arc::clone(self))
    }

    /// What was done so far.
    pub fn history(&self) -> History {
        History::new(self.noted().operations.clone())
    }

    /// How many operations ended in an error that their request does not explain, and the last one of these errors.
    pub fn troubles(&self) -> (usize, String) {
        let noted = self.noted();
        (noted.troubles, noted.last.clone())
    }

    pub(super) fn store(&self) -> &dyn Store<Pod> {
        &*self.store
    }

    /// A moment after all that were noted before.
    pub fn now(&self) -> Moment {
        Moment(self.clock.fetch_add(1, Ordering::SeqCst))
    }

    /// A content that nobody wrote before.
    pub(super) fn content(&self) -> Content {
        Content(self.contents.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// An identity that nobody had before.
    pub(super) fn identity(&self) -> Client {
        Client(self.clients.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) fn note(&self, operation: Operation) {
        self.noted().operations.push(operation);
    }

    pub(super) fn trouble(&self, error: String) {
        let mut noted = self.noted();
        noted.troubles += 1;
        noted.last = error;
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Recorder")
    }
}
