use std::fmt;

use tokio::sync::RwLock;

use crate::{etcd3, storage::Object};

use super::{
    Config, Error,
    health::{Connected, Probe},
};

/// Why a probe or a measurement came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// What was asked is closed; make another one.
    #[error("closed")]
    Closed,
    /// etcd cannot be reached, or answered with an error.
    #[error("error getting data from etcd: {0}")]
    Etcd(#[source] etcd3::Error),
}

/// Asks etcd for a linearizable read each time that it is told to (backend §2.5). Bound to the runtime that made it.
pub struct Prober {
    connection: RwLock<Option<Connected>>,
}

impl Prober {
    pub(super) async fn connect<T: Object>(config: &Config<T>) -> Result<Self, Error> {
        Ok(Self {
            connection: RwLock::new(Some(Connected::to(config).await?)),
        })
    }

    /// Whether etcd answers, with the caller's own patience: a probe that is dropped is given up.
    ///
    /// # Errors
    ///
    /// etcd's; that the prober is closed.
    pub async fn probe(&self) -> Result<(), ProbeError> {
        let connection = self.connection.read().await;
        let connection = connection.as_ref().ok_or(ProbeError::Closed)?;
        connection.probe().await.map_err(ProbeError::Etcd)
    }

    /// Closes the connection, once the probes that are under way have ended.
    ///
    /// # Errors
    ///
    /// It is closed already.
    pub async fn close(&self) -> Result<(), ProbeError> {
        let connection = self.connection.write().await.take();
        connection.ok_or(ProbeError::Closed)?.close().await;
        Ok(())
    }
}

impl fmt::Debug for Prober {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Prober").finish_non_exhaustive()
    }
}
