use async_trait::async_trait;
use bytes::Bytes;

use crate::value::{Secret, kms::Error};

/// What encrypts data keys. [`Remote`](super::Remote) asks a plugin; tests bring their own.
#[async_trait]
pub trait Service: Send + Sync {
    /// Encrypts a data key.
    ///
    /// # Errors
    ///
    /// The call failed, or the plugin speaks another version.
    async fn encrypt(&self, plain: &Secret) -> Result<Bytes, Error>;

    /// Decrypts what [`encrypt`](Self::encrypt) gave.
    ///
    /// # Errors
    ///
    /// The call failed, or the plugin speaks another version.
    async fn decrypt(&self, cipher: Bytes) -> Result<Secret, Error>;
}
