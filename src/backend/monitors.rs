use std::{fmt, sync::Arc};

use futures::future::join_all;
use tokio::sync::Mutex;

use crate::storage::Object;

use super::{Config, Error, Monitor, factory};

/// Why there are no monitors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MonitorCacheError {
    /// The cache is closed for good.
    #[error("monitor cache is closed")]
    Closed,
    /// One of them could not be made. The next call tries again.
    #[error(transparent)]
    Create(#[from] Error),
}

/// A monitor for each of several configurations, made when they are asked for first (backend §2.6).
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

    /// The monitors, in the order of the configurations. Made once, all at the same time, however many ask at once; where
    /// servers do not answer that takes as long as the most patient of the transports.
    ///
    /// # Errors
    ///
    /// The cache is closed; a monitor cannot be made, and then none is left open.
    pub async fn get(&self) -> Result<Arc<[Monitor]>, MonitorCacheError> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Made(monitors) => return Ok(Arc::clone(monitors)),
            State::Closed => return Err(MonitorCacheError::Closed),
            State::Empty => {}
        }
        let made = join_all(self.configs.iter().map(factory::create_monitor)).await;
        let made: Result<Vec<Monitor>, Error> = made.into_iter().collect();
        let monitors: Arc<[Monitor]> = made?.into();
        *state = State::Made(Arc::clone(&monitors));
        Ok(monitors)
    }

    /// Closes the monitors, also those that were handed out, and makes no more.
    pub async fn close(&self) {
        let before = std::mem::replace(&mut *self.state.lock().await, State::Closed);
        if let State::Made(monitors) = before {
            // Whoever closed one of them alone was quicker.
            join_all(monitors.iter().map(Monitor::close)).await;
        }
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
