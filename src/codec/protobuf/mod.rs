//! Protobuf behind `k8s` and a zero byte, as the API server stores its own types (backend §8.3).

mod envelope;
#[cfg(test)]
mod tests;

use std::{error::Error as StdError, sync::Arc};

pub use envelope::{Envelope, EnvelopeError, MAGIC};

use super::{Codec, Error};
use crate::storage::Object;

/// A type that has a protobuf form of its own.
///
/// Types of `k8s-openapi` and derived custom resources have none: they are stored as JSON or CBOR.
pub trait ProtobufObject: Object {
    /// The version that it is stored in, such as `apps/v1`.
    const API_VERSION: &'static str;
    /// The name of the kind, such as `Deployment`.
    const KIND: &'static str;

    /// Appends the message of the object to `raw`: without kind and version, which the envelope has, and the same bytes
    /// for equal objects.
    fn write_message(&self, raw: &mut Vec<u8>);

    /// The object in a message. Fields that it does not know are passed over.
    ///
    /// # Errors
    ///
    /// The bytes are no such message.
    fn read_message(raw: &[u8]) -> Result<Self, Box<dyn StdError + Send + Sync>>;
}

/// Messages of types that have them, in the envelope that names kind and version.
#[derive(Clone, Copy, Debug, Default)]
pub struct Protobuf;

impl<T: ProtobufObject> Codec<T> for Protobuf {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let mut raw = Vec::new();
        object.write_message(&mut raw);
        Envelope::new(T::API_VERSION, T::KIND, raw).write(bytes);
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        let envelope = Envelope::read(bytes)
            .and_then(|envelope| envelope.expect_kind(T::API_VERSION, T::KIND))
            .map_err(|source| Error::Decode(Arc::new(source)))?;
        T::read_message(&envelope.raw).map_err(|source| Error::Decode(source.into()))
    }
}
