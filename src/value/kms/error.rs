use std::sync::Arc;

use super::{RpcError, v2::Invalid};
use crate::value::{self, KeyError};

/// What keeps a value from being read or written with a data key of a key management service.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A call failed.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// A plugin of the first version does not say which version it speaks.
    #[error("failed get version from remote KMS provider: {0}")]
    Version(#[source] RpcError),
    /// A plugin speaks another version.
    #[error("KMS provider api version {0} is not supported, only v1beta1 is supported now")]
    UnsupportedVersion(String),
    /// The plugin does not decrypt a data key source.
    #[error("failed to decrypt DEK, error: {0}")]
    Decrypt(#[source] RpcError),
    /// The plugin does not encrypt a data key source.
    #[error("failed to encrypt DEK, error: {0}")]
    Encrypt(#[source] RpcError),
    /// There are no random bytes to make a data key of.
    #[error("no data key can be made: {0}")]
    Generate(#[source] value::Error),
    /// What the plugin decrypted is no key.
    #[error("the KMS plugin decrypted a data key to something else: {0}")]
    NoKey(#[from] KeyError),
    /// A value of the first version does not begin with an encrypted data key.
    #[error(
        "invalid data encountered by envelope transformer: failed to read uint16 length prefixed data"
    )]
    Framing,
    /// An encrypted data key that is too long for the format of the first version.
    #[error(
        "the KMS plugin encrypted a data key to {0} bytes, which exceeds the max size of 65535"
    )]
    TooLong(usize),
    /// A value of the first version that was written before 1.25, or tampered with.
    #[error(
        "cipher: message authentication failed; if the value was written before 1.25, allow reading older values (reading_older)"
    )]
    Older,
    /// A value of the second version is no message.
    #[error("the stored data is no encrypted object: {0}")]
    Message(String),
    /// A message that breaks the rules of the format.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no data key yet: the plugin has never been healthy since this process began.
    #[error(
        "KMS provider {provider} has given no data key yet, so nothing can be read or written; its last status: {health}"
    )]
    NeverReady {
        /// The name of the provider.
        provider: String,
        /// What its last check came to.
        health: String,
    },
    /// The plugin has not confirmed the key for too long to go on writing with it.
    #[error(
        "encryptedDEKSource with keyID hash {key_id_hash:?} expired at {expired} (current time is {now})"
    )]
    Expired {
        /// The hash of the key's name.
        key_id_hash: String,
        /// Since when.
        expired: String,
        /// The time of the attempt.
        now: String,
    },
}

impl Error {
    /// How the call failed, where one did.
    pub fn call(&self) -> Option<&RpcError> {
        match self {
            Self::Rpc(call) | Self::Version(call) | Self::Decrypt(call) | Self::Encrypt(call) => {
                Some(call)
            }
            _ => None,
        }
    }

    /// Whether it says nothing about the value: another time, or with another plugin, it may be read.
    fn is_outage(&self) -> bool {
        match self {
            Self::Rpc(call) | Self::Decrypt(call) => !call.blames_the_bytes(),
            Self::Framing | Self::Message(_) | Self::Invalid(_) => false,
            _ => true,
        }
    }
}

impl From<Error> for value::Error {
    fn from(error: Error) -> Self {
        if error.is_outage() {
            Self::unavailable(error)
        } else {
            Self::Other(Arc::new(error))
        }
    }
}
