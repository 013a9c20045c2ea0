use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use storeproof::{
    codec::{Codec, Error, Json},
    storage::Object,
};

use super::Scripted;

/// JSON, until it is told to fail.
#[derive(Debug, Default)]
pub struct ScriptedCodec {
    fail_encoding: AtomicBool,
    fail_decoding: AtomicBool,
}

impl ScriptedCodec {
    /// Fail to encode from now on, or no longer.
    pub fn fail_encoding(&self, fail: bool) {
        self.fail_encoding.store(fail, Ordering::SeqCst);
    }

    /// Fail to decode from now on, or no longer.
    pub fn fail_decoding(&self, fail: bool) {
        self.fail_decoding.store(fail, Ordering::SeqCst);
    }
}

impl<T: Object> Codec<T> for ScriptedCodec {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        if self.fail_encoding.load(Ordering::SeqCst) {
            return Err(Error::Encode(Arc::new(Scripted)));
        }
        Json.encode(object, bytes)
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        if self.fail_decoding.load(Ordering::SeqCst) {
            return Err(Error::Decode(Arc::new(Scripted)));
        }
        Json.decode(bytes)
    }
}
