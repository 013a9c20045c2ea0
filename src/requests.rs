//! What a store asks of the server beneath it, noted once somebody wants to know.
//!
//! Tests count with it: that a suggestion spares the read, that pages grow, that a write is sent once. A store that nobody
//! asks notes nothing and pays one look at a flag for each request.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// One request, by its shape (store §3.12). Keys are full keys, path prefix included; a revision of zero is the latest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// A read of one key. The current version of a store is read like this too, at the key of its resource.
    Get {
        /// The key.
        key: String,
        /// As of which revision.
        revision: i64,
    },
    /// A read of the keys from `start` up to `end`.
    List {
        /// The first key.
        start: String,
        /// The first key that is left out.
        end: String,
        /// How many at most; zero for all.
        limit: i64,
        /// As of which revision.
        revision: i64,
    },
    /// How many keys there are from `start` up to `end`.
    Count {
        /// The first key.
        start: String,
        /// The first key that is left out.
        end: String,
    },
    /// A write that demands that there is no such key, and asks for nothing where there is.
    Create {
        /// The key.
        key: String,
    },
    /// A write that demands a last revision of its key, and asks for what is there where it has another.
    Update {
        /// The key.
        key: String,
        /// The revision that it demands; zero where there must be no such key.
        expected: i64,
    },
    /// A deletion that demands a last revision of its key, and asks for what is there where it has another.
    Delete {
        /// The key.
        key: String,
        /// The revision that it demands.
        expected: i64,
    },
    /// A lease.
    Grant {
        /// How long it runs.
        seconds: i64,
    },
}

/// The requests of one store, in the order in which they were sent.
#[derive(Debug, Default)]
pub struct Requests {
    wanted: AtomicBool,
    sent: Mutex<Vec<Request>>,
}

impl Requests {
    /// What was sent since the last call. The first call yields nothing, and begins.
    pub fn take(&self) -> Vec<Request> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.store(true, Ordering::Relaxed);
        std::mem::take(&mut sent)
    }

    /// Notes a request that is about to be sent, where somebody wants to know.
    pub fn note(&self, request: impl FnOnce() -> Request) {
        if self.wanted.load(Ordering::Relaxed) {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            sent.push(request());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Request, Requests};

    #[test]
    fn nothing_is_noted_until_somebody_asks() {
        let requests = Requests::default();
        requests.note(|| unreachable!("nobody wants to know"));
        assert_eq!(requests.take(), []);
        let grant = || Request::Grant { seconds: 1 };
        requests.note(grant);
        assert_eq!(requests.take(), [grant()]);
        assert_eq!(requests.take(), []);
    }
}
