use std::sync::Arc;

use super::{Codec, Error};
use crate::storage::Object;

/// Compact JSON, closed with a newline as the API server closes it (backend §8.4).
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl<T: Object> Codec<T> for Json {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        serde_json::to_writer(&mut *bytes, object)
            .map_err(|source| Error::Encode(Arc::new(source)))?;
        bytes.push(b'\n');
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(bytes).map_err(|source| Error::Decode(Arc::new(source)))
    }
}
