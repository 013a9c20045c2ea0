use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use tokio::{sync::Mutex as Measuring, time::Instant};

use crate::storage::Object;

use super::{Config, Error, Monitor, ProbeError};

/// Why there are no monitors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MonitorCacheError {
    /// The cache is closed for good.
    #[error("monitor cache is closed")]
    Closed,
    /// One of them cannot be made. The next call tries again.
    #[error(transparent)]
    Create(#[from] Error),
}

/// A monitor for each of several configurations, made when they are asked for first (backend §2.6).
///
/// A cluster that is dead holds up nobody: its monitor is made all the same, and fails when it measures (backend §9.2,
/// row 28).
pub struct MonitorCache<T> {
    configs: Vec<Config<T>>,
    state: Mutex<State>,
}

enum State {
    Empty,
    Made(Arc<[Monitor]>, Arc<[Size]>),
    Closed,
}

/// What a monitor measured last, and for how long that counts.
struct Size {
    counts_for: Duration,
    last: Measuring<Option<(Instant, i64)>>,
}

impl<T: Object> MonitorCache<T> {
    /// Opens nothing.
    pub fn new(configs: impl IntoIterator<Item = Config<T>>) -> Self {
        Self {
            configs: configs.into_iter().collect(),
            state: Mutex::new(State::Empty),
        }
    }

    /// The monitors, in the order of the configurations. Made once, however many ask at once, and bound to the runtime of
    /// the first who does. Does not wait for servers.
    ///
    /// # Errors
    ///
    /// The cache is closed; a configuration makes no sense, and then no monitor is kept.
    pub fn get(&self) -> Result<Arc<[Monitor]>, MonitorCacheError> {
        self.made().map(|(monitors, _)| monitors)
    }

    /// The bytes that each cluster takes, in the order of the configurations, for
    /// [`Metrics::scrape`](crate::telemetry::metrics::Metrics::scrape). A cluster is asked at most once in its
    /// [`db_metric_poll_interval`](Config::db_metric_poll_interval), by one at a time; in between counts what it said
    /// last. That it did not answer is not remembered.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn sizes(
        &self,
    ) -> Result<Vec<impl Future<Output = Result<i64, ProbeError>> + use<T>>, MonitorCacheError>
    {
        let (monitors, sizes) = self.made()?;
        let sizes = (0..sizes.len()).map(move |place| {
            let (monitors, sizes) = (Arc::clone(&monitors), Arc::clone(&sizes));
            async move {
                let (Some(monitor), Some(size)) = (monitors.get(place), sizes.get(place)) else {
                    return Err(ProbeError::Closed);
                };
                let mut last = size.last.lock().await;
                if let Some((at, bytes)) = *last
                    && at.elapsed() < size.counts_for
                {
                    return Ok(bytes);
                }
                let measured = monitor.measure().await?;
                let bytes = i64::try_from(measured.size).unwrap_or(i64::MAX);
                *last = Some((Instant::now(), bytes));
                Ok(bytes)
            }
        });
        Ok(sizes.collect())
    }

    #[expect(clippy::type_complexity, reason = "two lists of the same length")]
    fn made(&self) -> Result<(Arc<[Monitor]>, Arc<[Size]>), MonitorCacheError> {
        let mut state = self.state();
        match &*state {
            State::Made(monitors, sizes) => return Ok((Arc::clone(monitors), Arc::clone(sizes))),
            State::Closed => return Err(MonitorCacheError::Closed),
            State::Empty => {}
        }
        let made: Result<Arc<[Monitor]>, Error> = self
            .configs
            .iter()
            .map(|config| {
                config.check()?;
                Monitor::unproven(&config.transport)
            })
            .collect();
        let monitors = made?;
        let sizes = self.configs.iter().map(|config| Size {
            counts_for: config.db_metric_poll_interval,
            last: Measuring::default(),
        });
        let sizes: Arc<[Size]> = sizes.collect();
        *state = State::Made(Arc::clone(&monitors), Arc::clone(&sizes));
        Ok((monitors, sizes))
    }

    /// Closes the monitors, also those that were handed out, and makes no more. Waits for measurements that are under way.
    pub async fn close(&self) {
        let before = mem::replace(&mut *self.state(), State::Closed);
        if let State::Made(monitors, _) = before {
            // Whoever closed one of them alone was quicker.
            join_all(monitors.iter().map(Monitor::close)).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for MonitorCache<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MonitorCache")
            .field("configs", &self.configs)
            .finish_non_exhaustive()
    }
}
