//! Compacts history, by turns with all other API servers over the same etcd (backend §3).
//!
//! They share one record, `compact_rev_key`, outside of every prefix. How often it has been written is the time that they
//! go by: whoever writes it first in an interval compacts, the others wait for another one. Its value is the revision that
//! the last of them meant to compact.
//!
//! | file | what it does |
//! |---|---|
//! | `rounds.rs` | writes the record once an interval, and compacts where it was first |
//! | `follow.rs` | watches the record, to hear what others mean to compact |
//! | `confirm.rs` | believes it once reads fail: the record is written before the compaction, which may come to nothing |
//! | `record.rs` | what the three ask of etcd |

mod confirm;
mod follow;
mod known;
mod record;
mod rounds;

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Client, Error};

pub use record::recorded_revision;

use known::Known;
use rounds::Rounds;

/// How long etcd may take to answer one request. It gives up by itself after seven seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Compacts etcd's history until it is stopped or dropped, in one task of its own with a client of its own.
///
/// Nothing is compacted before the second interval is over. At least one interval of history is kept, and less than two,
/// however many compactors there are.
pub(crate) struct Compactor {
    interval: watch::Sender<Duration>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Etcd(#[from] Error),
    #[error("no answer within {0:?}")]
    Silence(Duration),
}

impl Compactor {
    /// Starts on the runtime that this runs on. What it learns goes to what the client knows of compactions; the client is closed at
    /// the end. `servers` is what they are called where something is logged.
    pub(crate) fn start(client: Client, servers: String, interval: Duration) -> Self {
        let interval = watch::Sender::new(interval);
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let client = Arc::new(client);
        let known = Arc::new(Known::new(Arc::clone(&client.compacted), servers));
        let rounds = Rounds::new(
            Arc::clone(&client),
            Arc::clone(&known),
            interval.subscribe(),
        );
        let stopped = stop.clone();
        tasks.spawn(async move {
            let work = async {
                tokio::join!(
                    rounds.run(),
                    follow::follow(&*client, &known),
                    confirm::confirm(&*client, &known),
                )
            };
            tokio::select! {
                _ = work => {}
                () = stopped.cancelled() => {}
            }
            client.close().await;
        });
        tasks.close();
        Self {
            interval,
            stop,
            tasks,
        }
    }

    /// Compacts at least as often as this. The next round is one such interval away.
    pub(crate) fn hasten(&self, interval: Duration) {
        self.interval.send_if_modified(|current| {
            let sooner = interval < *current;
            if sooner {
                *current = interval;
            }
            sooner
        });
    }

    /// Tells it to end. May be called any number of times.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Returns once nothing of it is left, or at once where it was not told to end.
    pub(crate) async fn ended(&self) {
        if self.stop.is_cancelled() {
            self.tasks.wait().await;
        }
    }
}

/// What etcd says, unless it takes too long.
async fn in_time<A>(answer: impl Future<Output = Result<A, Error>>) -> Result<A, Failure> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Failure::Silence(PATIENCE)),
    }
}

impl Drop for Compactor {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for Compactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Compactor")
            .field("interval", &*self.interval.borrow())
            .field("stopped", &self.stop.is_cancelled())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod pretence;
