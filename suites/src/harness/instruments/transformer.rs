use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{FutureExt, future::BoxFuture};
use storeproof::value::{Context, Data, Error, Eventually, Opened, Transformer};

use super::{Scripted, hold::Hold, panic_quietly};
use crate::harness::Verdict;

/// What happens before a value is read.
type BeforeRead = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync>;

/// Marks values with a prefix, remembers the keys it was bound to, and can be told to be stale, to fail, to keep readers
/// waiting, or to encrypt.
#[derive(Debug)]
pub struct ScriptedTransformer {
    script: Mutex<Script>,
    hold: Hold,
}

struct Script {
    mark: Vec<u8>,
    seal: Option<Arc<dyn Transformer>>,
    stand_in: Option<Arc<dyn Transformer>>,
    stale: bool,
    damaged: Vec<String>,
    unavailable: Vec<String>,
    panicking: Vec<String>,
    fail_writes: bool,
    before_reads: Option<BeforeRead>,
    reads: Vec<String>,
    writes: Vec<String>,
}

impl Default for ScriptedTransformer {
    fn default() -> Self {
        let script = Script {
            mark: b"test!".to_vec(),
            seal: None,
            stand_in: None,
            stale: false,
            damaged: Vec::new(),
            unavailable: Vec::new(),
            panicking: Vec::new(),
            fail_writes: false,
            before_reads: None,
            reads: Vec::new(),
            writes: Vec::new(),
        };
        Self {
            script: Mutex::new(script),
            hold: Hold::default(),
        }
    }
}

impl ScriptedTransformer {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The prefix that is written and demanded from now on. Values with another one cannot be read.
    pub fn set_mark(&self, mark: &str) {
        self.script().mark = mark.into();
    }

    /// What values pass behind the mark from now on. Must answer at once, as every local transformer does.
    pub fn seal_with(&self, seal: Arc<dyn Transformer>) {
        self.script().seal = Some(seal);
    }

    /// What does everything in its place from now on, until another one does.
    pub fn hand_over_to(&self, transformer: Arc<dyn Transformer>) {
        self.script().stand_in = Some(transformer);
    }

    /// Whether values read from now on are stale.
    pub fn set_stale(&self, stale: bool) {
        self.script().stale = stale;
    }

    /// Fail to read values whose full key holds `part` from now on; the empty text fails all, `None` none.
    pub fn fail_reads(&self, part: Option<&str>) {
        self.fail_reads_of(part.map(str::to_owned));
    }

    /// Fail to read values whose full key holds one of these texts from now on.
    pub fn fail_reads_of(&self, parts: impl IntoIterator<Item = String>) {
        self.script().damaged = parts.into_iter().collect();
    }

    /// Say of values whose full key holds one of these texts, from now on, that nobody can be asked about them.
    pub fn make_unavailable(&self, parts: impl IntoIterator<Item = String>) {
        self.script().unavailable = parts.into_iter().collect();
    }

    /// Panic where values whose full key holds one of these texts are read from now on.
    pub fn panic_at_reads_of(&self, parts: impl IntoIterator<Item = String>) {
        self.script().panicking = parts.into_iter().collect();
    }

    /// Keep whoever reads waiting from now on.
    pub fn hold_reads(&self) {
        self.hold.close(true);
    }

    /// Let whoever reads go on.
    pub fn release_reads(&self) {
        self.hold.close(false);
    }

    /// Returns once as many reads wait as `enough` accepts. A read that is dropped waits no more.
    ///
    /// # Errors
    ///
    /// That is not so at the deadline.
    pub async fn expect_waiting(&self, expected: &str, enough: impl Fn(usize) -> bool) -> Verdict {
        self.hold.expect_waiting(expected, enough).await
    }

    /// Fail to write values from now on, or no longer.
    pub fn fail_writes(&self, fail: bool) {
        self.script().fail_writes = fail;
    }

    /// What happens before every value that is read from now on, which waits for it; its error fails the read.
    pub fn before_reads<F>(&self, happens: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.script().before_reads = Some(Arc::new(move || happens().boxed()));
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

impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Script")
            .field("mark", &String::from_utf8_lossy(&self.mark))
            .field("stale", &self.stale)
            .field("damaged", &self.damaged)
            .field("unavailable", &self.unavailable)
            .field("panicking", &self.panicking)
            .field("fail_writes", &self.fail_writes)
            .finish_non_exhaustive()
    }
}

fn text(context: Context<'_>) -> String {
    String::from_utf8_lossy(context.authenticated_data()).into_owned()
}

impl ScriptedTransformer {
    fn read(&self, mut stored: Data, context: Context<'_>) -> Result<Opened, Error> {
        let script = self.script();
        let key = text(context);
        let is_one_of = |parts: &[String]| parts.iter().any(|part| key.contains(part));
        if is_one_of(&script.unavailable) {
            return Err(Error::unavailable(Scripted));
        }
        if is_one_of(&script.panicking) {
            drop(script);
            panic_quietly();
        }
        if is_one_of(&script.damaged) {
            return Err(Error::Other(Arc::new(Scripted)));
        }
        if !stored.starts_with(&script.mark) {
            return Err(Error::NoMatch);
        }
        stored.advance(script.mark.len());
        let plain = match &script.seal {
            None => stored,
            Some(seal) => {
                let opened = seal.from_storage(stored, context).now_or_never();
                opened.unwrap_or(Err(Error::NoTransformer))?.plain
            }
        };
        let stale = script.stale;
        Ok(Opened { plain, stale })
    }
}

impl Transformer for ScriptedTransformer {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        let (before, stand_in) = {
            let mut script = self.script();
            script.reads.push(text(context));
            (script.before_reads.clone(), script.stand_in.clone())
        };
        if let Some(stand_in) = stand_in {
            let read = async move { stand_in.from_storage(stored, context).await };
            return Eventually::Later(read.boxed());
        }
        let pass = self.hold.pass();
        if before.is_none() && pass.is_none() {
            return Eventually::now(self.read(stored, context));
        }
        Eventually::Later(
            async move {
                if let Some(pass) = pass {
                    pass.await;
                }
                if let Some(before) = before {
                    before().await?;
                }
                self.read(stored, context)
            }
            .boxed(),
        )
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        let mut script = self.script();
        script.writes.push(text(context));
        if let Some(stand_in) = script.stand_in.clone() {
            let write = async move { stand_in.to_storage(plain, context, stored).await };
            return Eventually::Later(write.boxed());
        }
        if script.fail_writes {
            return Eventually::now(Err(Error::Other(Arc::new(Scripted))));
        }
        stored.extend_from_slice(&script.mark);
        let Some(seal) = &script.seal else {
            stored.extend_from_slice(plain);
            return Eventually::now(Ok(()));
        };
        let sealed = seal.to_storage(plain, context, stored).now_or_never();
        Eventually::now(sealed.unwrap_or(Err(Error::NoTransformer)))
    }
}
