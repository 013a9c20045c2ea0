//! Whether etcd answers, asked seldom however often callers ask (backend §2.2 to §2.4).

mod document;
mod error;
mod probe;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use document::{HealthDocumentError, read_health};
pub use error::HealthError;

pub(super) use probe::{Connected, Probe, Servers};

use probe::Connect;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);
/// Whoever asks for more is told so by the check; until then it is reckoned with this.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Tells whether etcd answers a linearizable read of a key that need not exist.
///
/// Connects by itself in the background, once a second until it succeeds. Asks etcd at most once in half a timeout; whoever
/// asks in between gets the answer of the probe that started last. Dropping the last clone stops it.
#[derive(Clone)]
pub struct HealthCheck {
    inner: Arc<Inner>,
    _stop: Arc<StopOnDrop>,
}

struct Inner {
    timeout: Duration,
    /// When etcd may be asked again.
    next: Mutex<Option<Instant>>,
    connection: watch::Sender<Result<Arc<dyn Probe>, HealthError>>,
    last: watch::Sender<Option<Last>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

struct StopOnDrop(CancellationToken);

#[derive(Clone)]
struct Last {
    started: Instant,
    verdict: Result<(), HealthError>,
}

impl HealthCheck {
    /// `timeout` is for one probe; zero means 2 s.
    pub(super) fn start(servers: impl Connect, timeout: Duration) -> Self {
        let stop = CancellationToken::new();
        let inner = Arc::new(Inner {
            timeout: if timeout.is_zero() {
                DEFAULT_TIMEOUT
            } else {
                timeout.min(LONGEST_TIMEOUT)
            },
            next: Mutex::default(),
            connection: watch::Sender::new(Err(HealthError::NotConnected)),
            last: watch::Sender::new(None),
            stop: stop.clone(),
            tasks: TaskTracker::new(),
        });
        inner
            .tasks
            .spawn(Arc::clone(&inner).stay_connected(servers));
        Self {
            inner,
            _stop: Arc::new(StopOnDrop(stop)),
        }
    }

    /// The verdict of now, or of the last half timeout. Until there is a connection: what went wrong last, at once.
    ///
    /// # Errors
    ///
    /// etcd cannot be reached, does not answer, or answers with an error.
    pub async fn check(&self) -> Result<(), HealthError> {
        let connection = self.inner.connection.borrow().clone()?;
        if !self.inner.may_ask() {
            // The very first probe may be under way still: share it.
            let mut last = self.inner.last.subscribe();
            let stored = last.wait_for(Option::is_some).await;
            return match stored.as_deref() {
                Ok(Some(last)) => last.verdict.clone(),
                _ => Err(HealthError::ShuttingDown),
            };
        }
        // In a task of its own: the verdict counts, also where this caller goes away.
        let probe = Arc::clone(&self.inner).probe(connection);
        let probe = self.inner.tasks.spawn(probe);
        probe.await.unwrap_or(Err(HealthError::ShuttingDown))
    }

    /// How long etcd may take to answer.
    pub fn timeout(&self) -> Duration {
        self.inner.timeout
    }

    /// Ends the check and its connection, and returns when the probes that are under way have ended. May be called any
    /// number of times.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    async fn stay_connected(self: Arc<Self>, servers: impl Connect) {
        let stop = self.stop.clone();
        let connected = async {
            loop {
                match servers.connect().await {
                    Ok(connection) => break connection,
                    Err(error) => self.set(Err(HealthError::Connect(Arc::new(error)))),
                }
                sleep(RECONNECT_PAUSE).await;
            }
        };
        let connection = tokio::select! {
            connection = connected => Some(connection),
            () = stop.cancelled() => None,
        };
        if let Some(connection) = &connection {
            self.set(Ok(Arc::clone(connection)));
            stop.cancelled().await;
        }
        self.set(Err(HealthError::ShuttingDown));
        if let Some(connection) = connection {
            connection.close().await;
        }
    }

    fn set(&self, connection: Result<Arc<dyn Probe>, HealthError>) {
        self.connection.send_modify(|current| *current = connection);
    }

    /// Takes the permission to ask etcd, where there is one.
    fn may_ask(&self) -> bool {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_some_and(|next| now < next) {
            return false;
        }
        *next = Some(now + self.timeout / 2);
        true
    }

    async fn probe(self: Arc<Self>, connection: Arc<dyn Probe>) -> Result<(), HealthError> {
        let started = Instant::now();
        let verdict = match timeout(self.timeout, connection.probe()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(HealthError::Probe(Arc::new(error))),
            Err(_) => Err(HealthError::Timeout(self.timeout)),
        };
        let mine = Last {
            started,
            verdict: verdict.clone(),
        };
        self.last.send_if_modified(|last| mine.settle(last));
        verdict
    }
}

impl Last {
    /// The probe that started last counts, whichever ended last.
    fn settle(self, last: &mut Option<Self>) -> bool {
        let newer = last
            .as_ref()
            .is_none_or(|known| known.started < self.started);
        if newer {
            *last = Some(self);
        }
        newer
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl fmt::Debug for HealthCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HealthCheck")
            .field("timeout", &self.inner.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
