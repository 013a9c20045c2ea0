use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::OnceCell;

use super::{
    Service,
    proto::{
        DecryptRequest, EncryptRequest, VersionRequest,
        key_management_service_client::KeyManagementServiceClient as Client,
    },
};
use crate::value::{
    Secret,
    kms::{Endpoint, Error, connection::Connection},
};

const VERSION: &str = "v1beta1";

/// A plugin on a Unix socket.
///
/// It is asked for its version before anything else, until it has answered once. Each call may take as long as `timeout`, that
/// one too. A call whose caller goes away is abandoned (the Go implementation would go on: backend §9.6, row 94). To be called
/// in one Tokio runtime only.
pub struct Remote {
    connection: Connection,
    version: OnceCell<()>,
}

impl Remote {
    /// Connects when there is something to ask. A plugin may start late: calls wait for it.
    pub fn new(endpoint: &Endpoint, timeout: Duration) -> Self {
        Self {
            connection: Connection::new(endpoint, timeout),
            version: OnceCell::new(),
        }
    }

    async fn agree_on_version(&self) -> Result<(), Error> {
        let ask = || async {
            let request = VersionRequest {
                version: VERSION.to_owned(),
            };
            let answer = self
                .connection
                .call(|channel| {
                    let request = request.clone();
                    async move { Client::new(channel).version(request).await }
                })
                .await
                .map_err(Error::Version)?;
            if answer.version == VERSION {
                Ok(())
            } else {
                Err(Error::UnsupportedVersion(answer.version))
            }
        };
        self.version.get_or_try_init(ask).await.copied()
    }
}

#[async_trait]
impl Service for Remote {
    async fn encrypt(&self, plain: &Secret) -> Result<Bytes, Error> {
        self.agree_on_version().await?;
        let answer = self
            .connection
            .call(|channel| async move {
                let request = EncryptRequest {
                    version: VERSION.to_owned(),
                    plain: plain.expose().to_vec(),
                };
                Client::new(channel).encrypt(request).await
            })
            .await?;
        Ok(answer.cipher)
    }

    async fn decrypt(&self, cipher: Bytes) -> Result<Secret, Error> {
        self.agree_on_version().await?;
        let answer = self
            .connection
            .call(|channel| {
                let request = DecryptRequest {
                    version: VERSION.to_owned(),
                    cipher: cipher.clone(),
                };
                async move { Client::new(channel).decrypt(request).await }
            })
            .await?;
        Ok(Secret::from(answer.plain))
    }
}
