//! How stored bytes are protected at rest: transformers between the codec and the backend (backend §7).

mod aes_cbc;
mod aes_gcm;
mod data;
#[cfg(test)]
mod golden;
mod identity;
#[cfg(feature = "kms")]
pub mod kms;
mod local;
mod prefix;
mod random;
mod secret;
mod secretbox;
mod transformer;
#[cfg(test)]
mod vectors;

pub use self::{
    aes_cbc::AesCbc,
    aes_gcm::{AesGcm, CountingAesGcm, DerivingAesGcm},
    data::Data,
    identity::Identity,
    local::Local,
    prefix::PrefixTransformers,
    secret::{KeyError, Secret},
    secretbox::Secretbox,
};
pub use transformer::{Context, Eventually, Opened, Transformer};

use std::{error::Error as StdError, panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;

use crate::{
    panicked::{Panicked, caught},
    storage::CorruptObject,
};

/// What a transformer makes of a stored value. One that panics has failed to read it.
pub(crate) async fn from_storage(
    transformer: &dyn Transformer,
    stored: Data,
    context: Context<'_>,
) -> Result<Opened, Error> {
    let opened = match caught(|| transformer.from_storage(stored, context)) {
        Ok(Eventually::Now(opened)) => Ok(opened.into_inner()),
        Ok(Eventually::Later(opened)) => {
            let opened = AssertUnwindSafe(opened).catch_unwind().await;
            opened.map_err(|payload| Panicked::with(&*payload))
        }
        Err(panicked) => Err(panicked),
    };
    opened.unwrap_or_else(|panicked| Err(Error::Other(Arc::new(panicked))))
}

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
    /// A value of secretbox was changed, or written with another key. The text is the API server's.
    #[error("output array was not large enough for encryption")]
    Secretbox,
    /// What is no whole number of blocks was not written by AES-CBC.
    #[error("the stored data is not a multiple of the block size")]
    NotInBlocks,
    /// A value of AES-CBC that does not end with padding: it was changed, or written with another key.
    #[error("invalid PKCS7 data (empty or not padded)")]
    NoPadding,
    /// A value of AES-CBC whose padding is not all of one kind.
    #[error("invalid padding on input")]
    BadPadding,
    /// Derived keys bind a value to what it is stored at, and this would be stored at nothing.
    #[error("authenticated data must not be empty")]
    Unbound,
    /// A key has numbered all the values that it can be used for.
    #[error("aes-gcm detected nonce overflow - cryptographic wear out has occurred")]
    Exhausted,
    /// No prefix fits the bytes.
    #[error("the provided value does not match any of the supported transformers")]
    NoMatch,
    /// There is no transformer to write with.
    #[error("no transformer is configured to write with")]
    NoTransformer,
    /// The secret cannot be used as a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The system gives no random bytes.
    #[error("the system's random number generator failed")]
    Random,
    /// Every transformer whose prefix fits failed.
    #[error("[{}]", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Several(Vec<Error>),
    /// The value may be sound, but who could tell is out of reach: a key management service that does not answer.
    #[error(transparent)]
    Unavailable(Arc<dyn StdError + Send + Sync>),
    /// The value is damaged: what a store that allows unsafe deletion makes of all errors but outages.
    #[error("{0}")]
    Corrupt(#[source] CorruptObject),
    /// A transformer of somebody else's.
    #[error(transparent)]
    Other(Arc<dyn StdError + Send + Sync>),
}

impl Error {
    /// An outage: the value cannot be read now, which says nothing about whether it is sound.
    ///
    /// A transformer that asks somebody else must say so. Any other error makes its objects corrupt, and corrupt objects
    /// can be deleted unseen.
    pub fn unavailable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unavailable(Arc::new(source))
    }

    /// Whether it tells of an outage, by itself or through what it holds.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Several(errors) => errors.iter().any(Self::is_unavailable),
            Self::Other(held) => {
                let mut current: Option<&(dyn StdError + 'static)> = Some(&**held);
                while let Some(error) = current {
                    if error
                        .downcast_ref::<Self>()
                        .is_some_and(Self::is_unavailable)
                    {
                        return true;
                    }
                    current = error.source();
                }
                false
            }
            _ => false,
        }
    }

    /// The error with the mark of a corrupt object; an outage as it is.
    #[must_use]
    pub fn mark_corrupt(self) -> Self {
        if self.is_unavailable() || matches!(self, Self::Corrupt(_)) {
            self
        } else {
            Self::Corrupt(CorruptObject::untransformable(self))
        }
    }
}
