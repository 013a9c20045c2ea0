use std::{fmt, sync::Arc};

use crate::etcd3::Client;

use super::{FeatureChecks, compaction::Share};

/// Ends a store: its watches close without an error, its calls fail, its connection goes, and with the last store of its
/// servers their compactor.
///
/// Stores are shared, and so callers destroy them several times, also at once: each call returns when everything is gone.
/// Dropping it does nothing.
#[derive(Clone)]
pub struct Destroy {
    client: Arc<Client>,
    compaction: Option<Arc<Share>>,
    checks: Arc<FeatureChecks>,
}

impl Destroy {
    pub(super) fn new(
        client: Arc<Client>,
        compaction: Option<Arc<Share>>,
        checks: Arc<FeatureChecks>,
    ) -> Self {
        Self {
            client,
            compaction,
            checks,
        }
    }

    /// Destroys the store, and returns once the last of its tasks has ended.
    pub async fn call(&self) {
        if let Some(compaction) = &self.compaction {
            compaction.release().await;
        }
        self.checks.end().await;
        self.client.close().await;
    }
}

impl fmt::Debug for Destroy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Destroy")
            .field("client", &self.client)
            .field("compacts", &self.compaction.is_some())
            .finish()
    }
}
