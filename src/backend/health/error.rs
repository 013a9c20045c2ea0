use std::{sync::Arc, time::Duration};

use super::super::Error;

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

impl HealthError {
    /// Whether etcd was asked and took too long.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }
}
