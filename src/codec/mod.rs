//! How objects become the bytes that are stored.

mod any_form;
pub mod cbor;
mod form;
mod json;
mod kind;
pub mod protobuf;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use any_form::{AnyForm, Unreadable};
pub use cbor::Cbor;
pub use form::Form;
pub use json::Json;
pub use protobuf::{Protobuf, ProtobufObject};

use crate::{
    panicked::caught,
    storage::{CorruptObject, Object, ResourceVersion},
};

/// Turns objects into bytes and back.
///
/// Equal objects give equal bytes: the store tells an update that changes nothing by its bytes (store §1.3).
pub trait Codec<T: Object>: Send + Sync {
    /// The bytes of an object, appended to `bytes`.
    ///
    /// # Errors
    ///
    /// The object cannot be written in this format.
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error>;

    /// The object in the bytes: equal bytes are equal objects, so that what one watch decoded serves the others too.
    ///
    /// # Errors
    ///
    /// The bytes are not an object of this format.
    fn decode(&self, bytes: &[u8]) -> Result<T, Error>;
}

/// What a codec makes of bytes. One that panics has failed to decode them.
pub(crate) fn decode<T: Object>(codec: &dyn Codec<T>, bytes: &[u8]) -> Result<T, Error> {
    let decoded = caught(|| codec.decode(bytes));
    decoded.unwrap_or_else(|panicked| Err(Error::Decode(Arc::new(panicked))))
}

/// An object could not be turned into bytes, or bytes into an object.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The object cannot be written.
    #[error("unable to encode the object: {0}")]
    Encode(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The bytes cannot be read.
    #[error("unable to decode the stored object: {0}")]
    Decode(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The object is damaged: what a store that allows unsafe deletion makes of every error of decoding.
    #[error("{0}")]
    Corrupt(#[source] CorruptObject),
}

impl Error {
    /// The error with the mark of a corrupt object that was stored at a version.
    #[must_use]
    pub fn mark_corrupt(self, revision: ResourceVersion) -> Self {
        match self {
            Self::Corrupt(_) => self,
            other => Self::Corrupt(CorruptObject::undecodable(revision, other)),
        }
    }
}
