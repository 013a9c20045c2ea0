//! CBOR, as the API server stores custom resources in it (backend §8.5).

mod error;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

pub use error::{Error, Problem};

use super::{Codec, kind};
use crate::storage::Object;

/// What every stored value of this format begins with: the tag of self-described CBOR.
pub const MARK: &[u8] = b"\xd9\xd9\xf7";

/// How deep items may nest: as deep as JSON is read here, so that each format can say what the other said.
const DEPTH: usize = 128;

/// Deterministic CBOR behind the mark of self-described data: texts and names as byte strings, maps sorted by their
/// encoded names, the shortest float that keeps its number, definite lengths.
///
/// Reads whatever the API server may have written, and text strings, indefinite lengths and times as well. Byte strings
/// that are marked to be shown as base64 are read as such texts, which is what fields of bytes take. A field of bytes is
/// written as its base64 text, which the API server reads as the bytes. Floats that are no numbers are `null`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cbor;

impl<T: Object> Codec<T> for Cbor {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), super::Error> {
        let value = serde_json::to_value(object)
            .map_err(|source| super::Error::Encode(Arc::new(source)))?;
        bytes.extend_from_slice(MARK);
        write::item(&value, bytes).map_err(|source| super::Error::Encode(Arc::new(source)))
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, super::Error> {
        let value = read::marked(bytes).map_err(|source| super::Error::Decode(Arc::new(source)))?;
        let says = kind::in_value(&value);
        let object = serde_json::from_value(value)
            .map_err(|source| super::Error::Decode(Arc::new(source)))?;
        says.map_err(|source| super::Error::Decode(Arc::new(source)))?;
        Ok(object)
    }
}
