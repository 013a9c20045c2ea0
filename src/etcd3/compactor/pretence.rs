//! An etcd of one record, for tests that are about time.

use std::{
    collections::VecDeque,
    future::pending,
    sync::{Mutex, MutexGuard},
};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::{sync::broadcast, time::Instant};

use super::{
    super::Error,
    record::{Claim, Look, Record, Sight, Theirs, Value},
};

/// What etcd would be.
pub(super) struct Pretence {
    state: Mutex<State>,
    begun: Instant,
}

pub(super) struct State {
    pub(super) revision: i64,
    /// How often the record has been written, and what it holds.
    pub(super) record: Option<(i64, Vec<u8>)>,
    /// Every compaction, and when it was.
    pub(super) compactions: Vec<(u64, i64)>,
    /// What becomes of the next requests; afterwards they are answered.
    pub(super) troubles: VecDeque<Trouble>,
    /// Requests of each kind so far.
    pub(super) claims: usize,
    pub(super) looks: usize,
    pub(super) doubts: usize,
    /// When each revision was written.
    pub(super) written: Vec<u64>,
    watchers: broadcast::Sender<Value>,
}

/// What becomes of a request.
#[derive(Clone, Copy)]
pub(super) enum Trouble {
    /// It is answered all the same.
    None,
    Failure,
    Silence,
}

impl Pretence {
    /// As of revision 1, where nothing was written.
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                revision: 1,
                record: None,
                compactions: Vec::new(),
                troubles: VecDeque::new(),
                claims: 0,
                looks: 0,
                doubts: 0,
                written: vec![0, 0],
                watchers: broadcast::Sender::new(16),
            }),
            begun: Instant::now(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics in here")
    }

    /// Seconds since the beginning.
    pub(super) fn now(&self) -> u64 {
        self.begun.elapsed().as_secs()
    }

    /// Somebody writes something. Returns its revision.
    pub(super) fn write(&self) -> i64 {
        let now = self.now();
        let mut state = self.state();
        state.revision += 1;
        state.written.push(now);
        state.revision
    }

    /// Somebody writes the record.
    pub(super) fn record(&self, value: &str) {
        self.write();
        let mut state = self.state();
        let version = state.record.as_ref().map_or(0, |record| record.0);
        let value = value.as_bytes().to_vec();
        state.record = Some((version + 1, value.clone()));
        let _ = state.watchers.send(Some(value));
    }

    /// Somebody deletes the record.
    pub(super) fn forget(&self) {
        self.write();
        let mut state = self.state();
        state.record = None;
        let _ = state.watchers.send(None);
    }

    /// Ends all watches.
    pub(super) fn cut(&self) {
        self.state().watchers = broadcast::Sender::new(16);
    }

    async fn trouble(&self) -> Result<(), Error> {
        let trouble = self.state().troubles.pop_front();
        match trouble {
            None | Some(Trouble::None) => Ok(()),
            Some(Trouble::Failure) => Err(Error::Incomplete("an answer")),
            Some(Trouble::Silence) => pending().await,
        }
    }
}

impl Record for Pretence {
    async fn claim(&self, version: i64, revision: i64) -> Result<Claim, Error> {
        self.state().claims += 1;
        self.trouble().await?;
        let found = self.state().record.clone();
        let lost = match found {
            Some((theirs, value)) if theirs != version => Some(Theirs {
                version: theirs,
                value: Some(value),
            }),
            None if version != 0 => Some(Theirs::default()),
            _ => None,
        };
        if lost.is_none() {
            self.record(&revision.to_string());
        }
        Ok(Claim {
            lost,
            revision: self.state().revision,
        })
    }

    async fn compact(&self, revision: i64) -> Result<(), Error> {
        self.trouble().await?;
        let now = self.now();
        self.state().compactions.push((now, revision));
        Ok(())
    }
}

impl Sight for Pretence {
    async fn look(&self) -> Result<Look, Error> {
        self.state().looks += 1;
        self.trouble().await?;
        let state = self.state();
        Ok(Look {
            value: state.record.clone().map(|record| record.1),
            revision: state.revision,
        })
    }

    async fn changes(&self, _from: i64) -> Result<BoxStream<'static, Result<Value, Error>>, Error> {
        self.trouble().await?;
        let watcher = self.state().watchers.subscribe();
        let values = stream::unfold(watcher, |mut watcher| async {
            let value = watcher.recv().await.ok()?;
            Some((Ok(value), watcher))
        });
        Ok(values.boxed())
    }

    async fn is_compacted(&self, revision: i64) -> Result<bool, Error> {
        self.state().doubts += 1;
        self.trouble().await?;
        let compacted = self.state().compactions.last().map_or(0, |last| last.1);
        Ok(compacted >= revision)
    }
}
