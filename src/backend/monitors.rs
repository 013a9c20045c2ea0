use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::future::join_all;

use crate::storage::Object;

use super::{Config, Error, Monitor};

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
    Made(Arc<[Monitor]>),
    Closed,
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
        let mut state = self.state();
        match &*state {
            State::Made(monitors) => return Ok(Arc::clone(monitors)),
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
        *state = State::Made(Arc::clone(&monitors));
        Ok(monitors)
    }

    /// Closes the monitors, also those that were handed out, and makes no more. Waits for measurements that are under way.
    pub async fn close(&self) {
        let before = mem::replace(&mut *self.state(), State::Closed);
        if let State::Made(monitors) = before {
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
