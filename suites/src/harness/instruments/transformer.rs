use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use storeproof::value::{Context, Error, Eventually, Opened, Transformer};

use super::Scripted;

/// Marks values with a prefix, remembers the keys it was bound to, and can be told to be stale or to fail.
#[derive(Debug)]
pub struct ScriptedTransformer(Mutex<Script>);

#[derive(Debug)]
struct Script {
    mark: Vec<u8>,
    stale: bool,
    fail_reads: Option<String>,
    fail_writes: bool,
    reads: Vec<String>,
    writes: Vec<String>,
}

impl Default for ScriptedTransformer {
    fn default() -> Self {
        Self(Mutex::new(Script {
            mark: b"test!".to_vec(),
            stale: false,
            fail_reads: None,
            fail_writes: false,
            reads: Vec::new(),
            writes: Vec::new(),
        }))
    }
}

impl ScriptedTransformer {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The prefix that is written and demanded from now on. Values with another one cannot be read.
    pub fn set_mark(&self, mark: &str) {
        self.script().mark = mark.into();
    }

    /// Whether values read from now on are stale.
    pub fn set_stale(&self, stale: bool) {
        self.script().stale = stale;
    }

    /// Fail to read values whose full key holds `part` from now on; the empty text fails all, `None` none.
    pub fn fail_reads(&self, part: Option<&str>) {
        self.script().fail_reads = part.map(str::to_owned);
    }

    /// Fail to write values from now on, or no longer.
    pub fn fail_writes(&self, fail: bool) {
        self.script().fail_writes = fail;
    }

    /// The full keys that values were read for since the last call, in order.
    pub fn take_reads(&self) -> Vec<String> {
        std::mem::take(&mut self.script().reads)
    }

    /// The full keys that values were written for since the last call, in order.
    pub fn take_writes(&self) -> Vec<String> {
        std::mem::take(&mut self.script().writes)
    }
}

fn text(context: Context<'_>) -> String {
    String::from_utf8_lossy(context.authenticated_data()).into_owned()
}

impl Transformer for ScriptedTransformer {
    fn from_storage<'a>(
        &'a self,
        mut stored: Bytes,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        let mut script = self.script();
        let key = text(context);
        let failing = script
            .fail_reads
            .as_deref()
            .is_some_and(|part| key.contains(part));
        script.reads.push(key);
        if failing {
            return Eventually::now(Err(Error::Other(Arc::new(Scripted))));
        }
        if !stored.starts_with(&script.mark) {
            return Eventually::now(Err(Error::NoMatch));
        }
        drop(stored.split_to(script.mark.len()));
        Eventually::now(Ok(Opened {
            plain: stored,
            stale: script.stale,
        }))
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        let mut script = self.script();
        script.writes.push(text(context));
        if script.fail_writes {
            return Eventually::now(Err(Error::Other(Arc::new(Scripted))));
        }
        stored.extend_from_slice(&script.mark);
        stored.extend_from_slice(plain);
        Eventually::now(Ok(()))
    }
}
