//! Checks of an etcd that does what a test says, in a time that moves only when nothing else does.

mod asking;
mod connecting;
mod stopping;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::{Connect, HealthCheck, HealthError, Last, Probe};
use crate::{backend::Error, etcd3};

const MOMENT: Duration = Duration::from_millis(1);

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// What etcd answers, and after how long.
type Answer = (Duration, Result<(), &'static str>);

/// An etcd that answers as it was told to: each answer once, the last one for ever.
#[derive(Clone)]
struct Stub(Arc<State>);

#[derive(Default)]
struct State {
    answers: Mutex<VecDeque<Answer>>,
    /// What happens to attempts to connect; afterwards they succeed.
    refusals: Mutex<VecDeque<(Duration, &'static str)>>,
    attempts: AtomicUsize,
    /// Attempts that were given up before their end.
    abandoned: AtomicUsize,
    connected: AtomicUsize,
    closed: AtomicUsize,
    asked: AtomicUsize,
    answered: AtomicUsize,
}

impl Stub {
    fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let stub = Self(Arc::default());
        stub.lock(&stub.0.answers).extend(answers);
        stub
    }

    /// One that can be connected to once so many attempts have failed.
    fn refusing(refusals: impl IntoIterator<Item = (Duration, &'static str)>) -> Self {
        let stub = Self::answering([(MOMENT, Ok(()))]);
        stub.lock(&stub.0.refusals).extend(refusals);
        stub
    }

    fn lock<'a, T>(&'a self, queue: &'a Mutex<T>) -> std::sync::MutexGuard<'a, T> {
        queue.lock().expect("no test panics in here")
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// A check that is connected.
    async fn check(&self, timeout: Duration) -> HealthCheck {
        let check = HealthCheck::start(self.clone(), timeout);
        sleep(MOMENT).await;
        check
    }
}

/// Counts what is dropped before its end.
struct Abandoned<'a>(Option<&'a AtomicUsize>);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.0 {
            count.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[async_trait]
impl Connect for Stub {
    async fn connect(&self) -> Result<Arc<dyn Probe>, Error> {
        self.0.attempts.fetch_add(1, Ordering::SeqCst);
        let refusal = self.lock(&self.0.refusals).pop_front();
        if let Some((lasts, reason)) = refusal {
            let mut abandoned = Abandoned(Some(&self.0.abandoned));
            sleep(lasts).await;
            abandoned.0 = None;
            return Err(Error::NotReady(reason.to_owned()));
        }
        self.0.connected.fetch_add(1, Ordering::SeqCst);
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Probe for Stub {
    async fn probe(&self) -> Result<(), etcd3::Error> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let (lasts, answer) = {
            let mut answers = self.lock(&self.0.answers);
            let last = answers.front().copied().expect("it was told to answer");
            if answers.len() > 1 {
                answers.pop_front();
            }
            last
        };
        sleep(lasts).await;
        self.0.answered.fetch_add(1, Ordering::SeqCst);
        answer.map_err(etcd3::Error::Incomplete)
    }

    async fn close(&self) {
        self.0.closed.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn the_probe_that_started_last_counts() {
    let now = Instant::now();
    let at = |seconds, verdict| Last {
        started: now + Duration::from_secs(seconds),
        verdict,
    };
    let mut last = None;
    assert!(at(1, Ok(())).settle(&mut last));
    assert!(!at(0, Err(HealthError::NotConnected)).settle(&mut last));
    assert!(!at(1, Err(HealthError::NotConnected)).settle(&mut last));
    assert!(last.as_ref().is_some_and(|last| last.verdict.is_ok()));
    assert!(at(2, Err(HealthError::NotConnected)).settle(&mut last));
    assert!(last.is_some_and(|last| last.verdict.is_err()));
}
