//! How stored bytes are protected at rest: transformers between the codec and the backend (backend §7).

mod aes_gcm;
mod identity;
mod prefix;
mod transformer;

pub use aes_gcm::AesGcm;
pub use identity::Identity;
pub use prefix::PrefixTransformers;
pub use transformer::{Context, Eventually, Opened, Transformer};

use std::sync::Arc;

/// Why a value cannot be read or written. Never holds key material or plaintext.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Encrypted bytes where none are expected.
    #[error("identity transformer tried to read encrypted data")]
    Encrypted,
    /// Fewer bytes than any value of this format has.
    #[error("the stored data was shorter than the required size")]
    TooShort,
    /// The bytes were changed, moved to another key, or written with another key.
    #[error("cipher: message authentication failed")]
    Authentication,
    /// No prefix fits the bytes.
    #[error("the provided value does not match any of the supported transformers")]
    NoMatch,
    /// There is no transformer to write with.
    #[error("no transformer is configured to write with")]
    NoTransformer,
    /// The secret cannot be used as a key.
    #[error("an AES-GCM key has 16 or 32 bytes, not {0}")]
    KeyLength(usize),
    /// The system gives no random bytes.
    #[error("the system's random number generator failed")]
    Random,
    /// Every transformer whose prefix fits failed.
    #[error("[{}]", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Several(Vec<Error>),
    /// A transformer of somebody else's.
    #[error(transparent)]
    Other(Arc<dyn std::error::Error + Send + Sync>),
}
