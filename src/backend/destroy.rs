use std::sync::Arc;

use crate::etcd3::Client;

/// Ends a store: its watches close without an error, its calls fail, its connection goes.
///
/// Stores are shared, and so callers destroy them several times, also at once: each call returns when everything is gone.
/// Dropping it does nothing.
#[derive(Clone, Debug)]
pub struct Destroy {
    client: Arc<Client>,
}

impl Destroy {
    pub(super) fn new(client: Arc<Client>) -> Self {
        Self { client }
    }

    /// Destroys the store, and returns once the last of its tasks has ended.
    pub async fn call(&self) {
        self.client.close().await;
    }
}
