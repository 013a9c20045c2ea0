use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout_at},
};

use crate::panicked::Panicked;

use super::{CheckError, DynamicTransformers, Error, Load, Loaded};

/// How often a file is looked at.
const INTERVAL: Duration = Duration::from_mins(1);
/// How soon it is looked at again after a failure, and how late after many in a row: twice as long each time.
const FIRST_RETRY: Duration = Duration::from_millis(5);
const LAST_RETRY: Duration = Duration::from_secs(1000);
/// How often the services of a new configuration are asked, and how long at least.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);
const CHECK_TIME: Duration = Duration::from_secs(10);

/// Is told what becomes of a file that changed. For metrics.
pub trait Observer: Send + Sync {
    /// A new configuration is in force.
    fn reloaded(&self, hash: &str);

    /// A new one could not be read, is wrong, or does not work. The old one stays in force.
    fn failed(&self, error: &Error);
}

/// How following a file goes.
#[derive(Clone, Debug)]
pub struct Status {
    /// The digest of the configuration in force.
    pub hash: String,
    /// Why the file is not the configuration in force, where it is not.
    pub error: Option<Arc<Error>>,
    /// How many times the file was looked at.
    pub looks: u64,
}

/// Follows a configuration file until it is dropped (backend §7.12).
///
/// Looks at the file at once and every minute. What changed must be valid, and its key management services must be well
/// within ten seconds or their own time, before it comes into force; until then, and whatever is wrong with it, the old one
/// stays. After a failure the file is looked at again soon, then less and less soon.
#[derive(Debug)]
pub struct Reloader {
    task: JoinHandle<()>,
    asked: Arc<Notify>,
    status: watch::Receiver<Status>,
}

impl Reloader {
    /// Follows the file that the transformers came from.
    pub fn start(
        load: Load,
        transformers: DynamicTransformers,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let (sender, status) = watch::channel(Status {
            hash: transformers.current().hash.clone(),
            error: None,
            looks: 0,
        });
        let asked = Arc::new(Notify::new());
        let following = Following {
            asked: Arc::clone(&asked),
            load: load.reloading(),
            transformers,
            observer,
            status: sender,
        };
        Self {
            task: tokio::spawn(following.run()),
            asked,
            status,
        }
    }

    /// How it goes; changes each time that the file was looked at.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Looks at the file now, and not only when it is time.
    pub fn look(&self) {
        self.asked.notify_one();
    }

    /// Stops, and waits until it has.
    pub async fn stop(mut self) {
        self.task.abort();
        let _aborted = (&mut self.task).await;
    }
}

impl Drop for Reloader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Following {
    asked: Arc<Notify>,
    load: Load,
    transformers: DynamicTransformers,
    observer: Arc<dyn Observer>,
    status: watch::Sender<Status>,
}

impl Following {
    async fn run(self) {
        let mut interval = interval(INTERVAL);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failures = 0;
        loop {
            tokio::select! {
                _ = interval.tick() => {}
                () = self.asked.notified() => {}
                () = sleep(retry_after(failures)), if failures > 0 => {}
            }
            let look = AssertUnwindSafe(self.look()).catch_unwind().await;
            let look = look.unwrap_or_else(|payload| {
                Err(Error::Panicked(Arc::new(Panicked::with(&*payload))))
            });
            // The API server remembers failures for ever, so that its retries only get rarer.
            failures = if look.is_ok() { 0 } else { failures + 1 };
            self.report(look);
        }
    }

    /// Looks at the file once, and brings into force what is new.
    async fn look(&self) -> Result<Option<String>, Error> {
        let contents = self.load.read().await?;
        if contents.hash == self.transformers.current().hash {
            return Ok(None);
        }
        let loaded = self.load.build(&contents).await?;
        wait_until_well(&loaded).await.map_err(Error::Unhealthy)?;
        self.transformers.replace(loaded);
        Ok(Some(contents.hash))
    }

    fn report(&self, look: Result<Option<String>, Error>) {
        match &look {
            Ok(None) => {}
            Ok(Some(hash)) => {
                tracing::info!(hash, "the encryption configuration was reloaded");
                self.observer.reloaded(hash);
            }
            Err(error) => {
                tracing::error!(%error, "the encryption configuration in its file is not in force");
                self.observer.failed(error);
            }
        }
        self.status.send_modify(|status| {
            status.looks += 1;
            status.hash.clone_from(&self.transformers.current().hash);
            status.error = look.err().map(Arc::new);
        });
    }
}

/// How long after so many failures in a row the file is looked at again.
fn retry_after(failures: u32) -> Duration {
    let doubled = 2_u32.checked_pow(failures.saturating_sub(1));
    let pause = doubled.and_then(|doubled| FIRST_RETRY.checked_mul(doubled));
    pause.map_or(LAST_RETRY, |pause| pause.min(LAST_RETRY))
}

async fn wait_until_well(loaded: &Loaded) -> Result<(), CheckError> {
    let deadline = Instant::now() + loaded.close_grace_period.max(CHECK_TIME);
    let mut last: CheckError = Arc::new(NoAnswer);
    loop {
        match timeout_at(deadline, loaded.check()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(cause)) => last = cause,
            Err(_) => return Err(last),
        }
        if Instant::now() + CHECK_INTERVAL > deadline {
            return Err(last);
        }
        sleep(CHECK_INTERVAL).await;
    }
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no answer")]
struct NoAnswer;
