use async_trait::async_trait;

use super::proto::{
    DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse,
};
use crate::value::kms::RpcError;

/// What encrypts data key sources. [`Remote`](super::Remote) asks a plugin; tests bring their own.
#[async_trait]
pub trait Service: Send + Sync {
    /// How the plugin is, and which key it encrypts with.
    ///
    /// # Errors
    ///
    /// The call failed.
    async fn status(&self) -> Result<StatusResponse, RpcError>;

    /// Encrypts a data key source.
    ///
    /// # Errors
    ///
    /// The call failed.
    async fn encrypt(&self, request: EncryptRequest) -> Result<EncryptResponse, RpcError>;

    /// Decrypts what [`encrypt`](Self::encrypt) gave.
    ///
    /// # Errors
    ///
    /// The call failed.
    async fn decrypt(&self, request: DecryptRequest) -> Result<DecryptResponse, RpcError>;
}
