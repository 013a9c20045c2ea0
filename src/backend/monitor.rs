use std::fmt;

use tokio::sync::RwLock;

use crate::etcd3::{Client, Way};

use super::{Error, ProbeError, TransportConfig, transport};

/// What a server says of its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measurement {
    /// Bytes that the database takes on disk, free pages included.
    pub size: u64,
}

/// Measures how much etcd stores (backend §2.5). Bound to the runtime that made it.
pub struct Monitor {
    /// A way to each server. Connections are made when they are needed.
    servers: RwLock<Vec<Way>>,
}

impl Monitor {
    pub(super) async fn connect(transport: &TransportConfig) -> Result<Self, Error> {
        // Proves that somebody is there; whom a measurement asks is chosen anew each time.
        drop(transport::connect(transport).await?);
        Self::unproven(transport)
    }

    /// The same where nobody need be there yet. Opens nothing, and so does not wait.
    pub(super) fn unproven(transport: &TransportConfig) -> Result<Self, Error> {
        Ok(Self {
            servers: RwLock::new(transport::each(transport)?),
        })
    }

    /// Asks one of the servers, each as likely as the others, with the caller's own patience.
    ///
    /// # Errors
    ///
    /// etcd's; that the monitor is closed.
    pub async fn measure(&self) -> Result<Measurement, ProbeError> {
        let servers = self.servers.read().await;
        if servers.is_empty() {
            return Err(ProbeError::Closed);
        }
        let chosen = rand::random_range(0..servers.len());
        let server = servers.get(chosen).ok_or(ProbeError::Closed)?;
        let size = Client::database_size(server)
            .await
            .map_err(ProbeError::Etcd)?;
        Ok(Measurement {
            size: u64::try_from(size).unwrap_or_default(),
        })
    }

    /// Closes the connections, once the measurements that are under way have ended.
    ///
    /// # Errors
    ///
    /// It is closed already.
    pub async fn close(&self) -> Result<(), ProbeError> {
        let servers = std::mem::take(&mut *self.servers.write().await);
        if servers.is_empty() {
            return Err(ProbeError::Closed);
        }
        Ok(())
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Monitor").finish_non_exhaustive()
    }
}
