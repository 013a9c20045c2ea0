use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use storeproof::{
    codec::{Codec, Error, Json},
    storage::Object,
};

use super::{Scripted, panic_quietly};

/// JSON, until it is told to fail.
#[derive(Debug, Default)]
pub struct ScriptedCodec {
    fail_encoding: AtomicBool,
    fail_decoding: AtomicBool,
    undecodable: Mutex<Vec<String>>,
    panicking: Mutex<Vec<String>>,
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

    /// Fail to decode objects whose bytes hold one of these texts from now on; without a text, none.
    pub fn fail_decoding_of(&self, texts: impl IntoIterator<Item = String>) {
        *locked(&self.undecodable) = texts.into_iter().collect();
    }

    /// Panic where objects are decoded whose bytes hold one of these texts, from now on.
    pub fn panic_at_decoding_of(&self, texts: impl IntoIterator<Item = String>) {
        *locked(&self.panicking) = texts.into_iter().collect();
    }
}

fn locked(texts: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    texts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the bytes hold one of the texts.
fn hold(bytes: &[u8], texts: &Mutex<Vec<String>>) -> bool {
    let holds = |text: &String| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    locked(texts).iter().any(holds)
}

impl<T: Object> Codec<T> for ScriptedCodec {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        if self.fail_encoding.load(Ordering::SeqCst) {
            return Err(Error::Encode(Arc::new(Scripted)));
        }
        Json.encode(object, bytes)
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        if self.fail_decoding.load(Ordering::SeqCst) || hold(bytes, &self.undecodable) {
            return Err(Error::Decode(Arc::new(Scripted)));
        }
        if hold(bytes, &self.panicking) {
            panic_quietly();
        }
        Json.decode(bytes)
    }
}
