use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};

use storeproof_judge::{Client, Content, History, Moment, Operation};
use tokio::sync::watch;

/// What all clients did so far. Clones are the same record.
#[derive(Clone)]
pub(super) struct Record(Arc<Shared>);

struct Shared {
    clock: AtomicU64,
    contents: AtomicU64,
    clients: AtomicU32,
    operations: Mutex<Vec<Operation>>,
    answered: watch::Sender<usize>,
    is_over: AtomicBool,
}

impl Record {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared {
            clock: AtomicU64::default(),
            contents: AtomicU64::default(),
            clients: AtomicU32::default(),
            operations: Mutex::default(),
            answered: watch::Sender::new(0),
            is_over: AtomicBool::default(),
        }))
    }

    /// A moment after all that were noted before.
    pub(super) fn now(&self) -> Moment {
        Moment(self.0.clock.fetch_add(1, Ordering::SeqCst))
    }

    /// A content that nobody wrote before.
    pub(super) fn content(&self) -> Content {
        Content(self.0.contents.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// An identity that nobody had before.
    pub(super) fn identity(&self) -> Client {
        Client(self.0.clients.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Notes the parts of a request that were answered.
    pub(super) fn note(&self, parts: Vec<Operation>) {
        self.operations().extend(parts);
        self.0.answered.send_modify(|answered| *answered += 1);
    }

    /// Notes what nobody knows the outcome of.
    pub(super) fn note_unknown(&self, parts: Vec<Operation>) {
        self.operations().extend(parts);
    }

    /// How many requests were answered.
    pub(super) fn answered(&self) -> usize {
        *self.0.answered.borrow()
    }

    /// Returns once so many requests were answered.
    pub(super) async fn until_answered(&self, wanted: usize) {
        let mut answered = self.0.answered.subscribe();
        // The sender lives as long as this does.
        let _ = answered.wait_for(|answered| *answered >= wanted).await;
    }

    /// Nobody is to ask anything more.
    pub(super) fn stop(&self) {
        self.0.is_over.store(true, Ordering::SeqCst);
    }

    /// Whether nobody is to ask anything more.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::SeqCst)
    }

    pub(super) fn history(&self) -> History {
        History::new(self.operations().clone())
    }

    fn operations(&self) -> MutexGuard<'_, Vec<Operation>> {
        self.0
            .operations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
