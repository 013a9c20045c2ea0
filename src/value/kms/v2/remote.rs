use std::time::Duration;

use async_trait::async_trait;

use super::{
    Service,
    proto::{
        DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusRequest,
        StatusResponse, key_management_service_client::KeyManagementServiceClient as Client,
    },
};
use crate::value::{
    Secret,
    kms::{Endpoint, RpcError, connection::Connection},
};

/// A plugin on a Unix socket. Each call may take as long as `timeout`. To be called in one Tokio runtime only.
pub struct Remote {
    connection: Connection,
}

impl Remote {
    /// Connects when there is something to ask. A plugin may start late: calls wait for it.
    pub fn new(endpoint: &Endpoint, timeout: Duration) -> Self {
        Self {
            connection: Connection::new(endpoint, timeout),
        }
    }
}

#[async_trait]
impl Service for Remote {
    async fn status(&self) -> Result<StatusResponse, RpcError> {
        self.connection
            .call(|channel| async move { Client::new(channel).status(StatusRequest {}).await })
            .await
    }

    async fn encrypt(&self, request: EncryptRequest) -> Result<EncryptResponse, RpcError> {
        // Held here so that it is wiped, and sent as often as the connection breaks.
        let (secret, uid) = (Secret::from(request.plaintext), request.uid);
        self.connection
            .call(|channel| {
                let request = EncryptRequest {
                    plaintext: secret.expose().to_vec(),
                    uid: uid.clone(),
                };
                async move { Client::new(channel).encrypt(request).await }
            })
            .await
    }

    async fn decrypt(&self, request: DecryptRequest) -> Result<DecryptResponse, RpcError> {
        self.connection
            .call(|channel| {
                let request = request.clone();
                async move { Client::new(channel).decrypt(request).await }
            })
            .await
    }
}
