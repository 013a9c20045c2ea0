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

use crate::{etcd3::Client, storage::KeySpace};

use super::{Error, TransportConfig, transport};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Why etcd is not healthy, as far as a check can tell.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HealthError {
    /// The first attempt to connect is still under way.
    #[error("etcd client connection not yet established")]
    NotConnected,
    /// The last attempt to connect failed. There will be another one.
    #[error("{0}")]
    Connect(#[source] Arc<Error>),
    /// etcd did not answer in time.
    #[error("error getting data from etcd: no answer within {0:?}")]
    Timeout(Duration),
    /// etcd answered with an error.
    #[error("error getting data from etcd: {0}")]
    Probe(#[source] Arc<crate::etcd3::Error>),
    /// The check was stopped.
    #[error("server is shutting down")]
    ShuttingDown,
}

/// Tells whether etcd answers a linearizable read of a key that need not exist (backend §2).
///
/// Asks etcd at most once in half a timeout; whoever asks in between gets the answer of the probe that started last.
/// Dropping the last clone stops it.
#[derive(Clone)]
pub struct HealthCheck {
    inner: Arc<Inner>,
    _stop: Arc<StopOnDrop>,
}

struct Inner {
    key: String,
    timeout: Duration,
    /// When etcd may be asked again.
    next: Mutex<Option<Instant>>,
    client: watch::Sender<Result<Arc<Client>, HealthError>>,
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
    pub(super) fn start(transport: &TransportConfig, prefix: &str, timeout: Duration) -> Self {
        let keys = KeySpace::new(prefix, "/health").expect("the resource prefix is a valid one");
        let stop = CancellationToken::new();
        let inner = Arc::new(Inner {
            key: format!("{}health", keys.path_prefix()),
            timeout: if timeout.is_zero() {
                DEFAULT_TIMEOUT
            } else {
                timeout
            },
            next: Mutex::default(),
            client: watch::Sender::new(Err(HealthError::NotConnected)),
            last: watch::Sender::new(None),
            stop: stop.clone(),
            tasks: TaskTracker::new(),
        });
        inner
            .tasks
            .spawn(Arc::clone(&inner).stay_connected(transport.clone()));
        Self {
            inner,
            _stop: Arc::new(StopOnDrop(stop)),
        }
    }

    /// The verdict of now, or of the last half timeout.
    ///
    /// # Errors
    ///
    /// etcd cannot be reached, does not answer, or answers with an error.
    pub async fn check(&self) -> Result<(), HealthError> {
        let client = self.inner.client.borrow().clone()?;
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
        let probe = self
            .inner
            .tasks
            .spawn(Arc::clone(&self.inner).probe(client));
        probe.await.unwrap_or(Err(HealthError::ShuttingDown))
    }

    /// Ends the check and its connection, and returns when the probes that are under way have ended.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    async fn stay_connected(self: Arc<Self>, transport: TransportConfig) {
        let stop = self.stop.clone();
        let connected = async {
            loop {
                match connect(&transport).await {
                    Ok(client) => break Arc::new(client),
                    Err(error) => {
                        let error = HealthError::Connect(Arc::new(error));
                        self.client.send_modify(|state| *state = Err(error));
                    }
                }
                sleep(RECONNECT_PAUSE).await;
            }
        };
        let client = tokio::select! {
            client = connected => Some(client),
            () = stop.cancelled() => None,
        };
        if let Some(client) = &client {
            self.client
                .send_modify(|state| *state = Ok(Arc::clone(client)));
            stop.cancelled().await;
        }
        self.client
            .send_modify(|state| *state = Err(HealthError::ShuttingDown));
        if let Some(client) = client {
            client.close().await;
        }
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

    async fn probe(self: Arc<Self>, client: Arc<Client>) -> Result<(), HealthError> {
        let started = Instant::now();
        let verdict = match timeout(self.timeout, client.ping(&self.key)).await {
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

async fn connect(transport: &TransportConfig) -> Result<Client, Error> {
    Ok(Client::new(transport::connect(transport).await?).await?)
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
            .field("key", &self.inner.key)
            .field("timeout", &self.inner.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{HealthError, Last};

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
}
