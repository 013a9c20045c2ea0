use std::{collections::HashSet, fmt, sync::Arc};

use bytes::Bytes;
use futures::FutureExt;

use super::{Context, Data, Error, Eventually, Opened, Transformer};

/// Writes with the first transformer and reads with whichever one's prefix the value carries (backend §7.2).
///
/// Whatever was not written by the first one is stale. Several entries may share a prefix: that is how keys rotate. An
/// entry without a prefix reads everything, so that its failure hides no other's.
pub struct PrefixTransformers {
    entries: Vec<(Bytes, Arc<dyn Transformer>)>,
    no_match: Error,
}

impl PrefixTransformers {
    /// Entries in order of preference. An empty list reads and writes nothing, and says that nothing fits (backend §9.6, row 82).
    pub fn new(
        entries: impl IntoIterator<Item = (impl Into<Bytes>, Arc<dyn Transformer>)>,
    ) -> Self {
        Self {
            entries: entries
                .into_iter()
                .map(|(prefix, transformer)| (prefix.into(), transformer))
                .collect(),
            no_match: Error::NoMatch,
        }
    }

    /// The same, with another error for values that fit no entry, and for all of them where there is none.
    #[must_use]
    pub fn or_else(mut self, no_match: Error) -> Self {
        self.no_match = no_match;
        self
    }

    /// The same entries, each behind what `wrap` makes of its prefix and its transformer.
    #[must_use]
    pub fn wrap(
        mut self,
        mut wrap: impl FnMut(&Bytes, Arc<dyn Transformer>) -> Arc<dyn Transformer>,
    ) -> Self {
        for (prefix, transformer) in &mut self.entries {
            *transformer = wrap(prefix, Arc::clone(transformer));
        }
        self
    }

    /// Tries the entries from `index` on. Local transformers answer at once, and so does this.
    fn read_from<'a>(
        &'a self,
        index: usize,
        mut stored: Data,
        context: Context<'a>,
        mut failures: Vec<Error>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        let mut fitting = self
            .entries
            .iter()
            .enumerate()
            .skip(index)
            .filter(|(_, (prefix, _))| stored.starts_with(prefix))
            .peekable();
        let Some((index, (prefix, transformer))) = fitting.next() else {
            drop(fitting);
            return Eventually::now(Err(self.failure(failures, context)));
        };
        let is_last = fitting.peek().is_none();
        drop(fitting);
        // The last one that fits gets the bytes themselves, so that it can decrypt them in place.
        let mut inner = if is_last {
            std::mem::take(&mut stored)
        } else {
            stored.share()
        };
        inner.advance(prefix.len());
        let mut settle = move |result: Result<Opened, Error>| match result {
            Ok(opened) => Ok(Opened {
                stale: opened.stale || index != 0,
                ..opened
            }),
            Err(error) => {
                // Whether an outage is hidden decides about more than words: it keeps objects from being deleted.
                if !prefix.is_empty() || error.is_unavailable() {
                    failures.push(error);
                }
                Err(std::mem::take(&mut failures))
            }
        };
        match transformer.from_storage(inner, context) {
            Eventually::Now(result) => match settle(result.into_inner()) {
                Ok(opened) => Eventually::now(Ok(opened)),
                Err(failures) if is_last => Eventually::now(Err(self.failure(failures, context))),
                Err(failures) => self.read_from(index + 1, stored, context, failures),
            },
            Eventually::Later(result) => Eventually::Later(
                async move {
                    match settle(result.await) {
                        Ok(opened) => Ok(opened),
                        Err(failures) if is_last => Err(self.failure(failures, context)),
                        Err(failures) => self.read_from(index + 1, stored, context, failures).await,
                    }
                }
                .boxed(),
            ),
        }
    }

    fn failure(&self, mut failures: Vec<Error>, context: Context<'_>) -> Error {
        let mut told = HashSet::new();
        failures.retain(|failure| told.insert(failure.to_string()));
        let failure = match failures.len() {
            0 => return self.no_match.clone(),
            1 => failures.remove(0),
            _ => Error::Several(failures),
        };
        tracing::error!(key = %context, error = %failure, "failed to decrypt data");
        failure
    }
}

impl Transformer for PrefixTransformers {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        self.read_from(0, stored, context, Vec::new())
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        match self.entries.first() {
            Some((prefix, transformer)) => {
                stored.reserve(prefix.len() + plain.len() + 64);
                stored.extend_from_slice(prefix);
                let log = move |result: &Result<(), Error>| {
                    if let Err(error) = result {
                        tracing::error!(key = %context, %error, "failed to encrypt data");
                    }
                };
                transformer.to_storage(plain, context, stored).inspect(log)
            }
            None => Eventually::now(Err(self.no_match.clone())),
        }
    }
}

impl fmt::Debug for PrefixTransformers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefixes = self
            .entries
            .iter()
            .map(|(prefix, _)| String::from_utf8_lossy(prefix));
        formatter.debug_list().entries(prefixes).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use futures::FutureExt;
    use tracing::Level;

    use super::PrefixTransformers;
    use crate::{
        log::Log,
        value::{
            AesCbc, AesGcm, Context, Data, Error, Eventually, Identity, Opened, Secretbox,
            Transformer, golden::AT,
        },
    };

    fn provider(name: &str, secret: u8) -> (String, Arc<dyn Transformer>) {
        let key = [secret; 32];
        let transformer: Arc<dyn Transformer> = match name {
            "aescbc" => Arc::new(AesCbc::new(&key).expect("32 bytes")),
            "aesgcm" => Arc::new(AesGcm::new(&key).expect("32 bytes")),
            "secretbox" => Arc::new(Secretbox::new(&key).expect("32 bytes")),
            _ => return (String::new(), Arc::new(Identity)),
        };
        (format!("k8s:enc:{name}:v1:"), transformer)
    }

    fn of<const COUNT: usize>(names: [(&str, u8); COUNT]) -> PrefixTransformers {
        PrefixTransformers::new(names.map(|(name, secret)| provider(name, secret)))
    }

    fn write(transformers: &PrefixTransformers) -> Bytes {
        let mut stored = Vec::new();
        transformers
            .to_storage(b"plain", Context::of_key(AT), &mut stored)
            .now_or_never()
            .expect("at once")
            .expect("written");
        stored.into()
    }

    fn read(transformers: &PrefixTransformers, stored: Bytes) -> Result<Opened, Error> {
        transformers
            .from_storage(stored.into(), Context::of_key(AT))
            .now_or_never()
            .expect("at once")
    }

    /// Whatever stands first writes, all read, and what another one wrote is stale. The identity in front hides nobody
    /// (backend §9.6, row 101).
    #[test]
    fn orders_of_all_providers_read_each_other_and_call_it_stale() {
        let names = ["aescbc", "aesgcm", "secretbox", "identity"];
        let orders = (0..names.len()).map(|first| {
            let mut order = names.map(|name| (name, 7));
            order.rotate_left(first);
            order
        });
        for writing in orders.clone() {
            for reading in orders.clone() {
                let opened = read(&of(reading), write(&of(writing))).expect("readable");
                assert_eq!(opened.plain, "plain");
                assert_eq!(
                    opened.stale,
                    writing[0] != reading[0],
                    "{writing:?} {reading:?}"
                );
            }
        }
    }

    #[test]
    fn without_its_writer_a_value_fits_nobody() {
        let stored = write(&of([("aesgcm", 7)]));
        let refused = read(&of([("aescbc", 7), ("identity", 0)]), stored);
        assert!(matches!(refused, Err(Error::NoMatch)), "{refused:?}");
    }

    #[test]
    fn an_error_is_told_once_however_many_fail_with_it() {
        let stored = write(&of([("aescbc", 1)]));
        let mut cut = stored.to_vec();
        cut.truncate(stored.len() - 1);
        let twice = of([("aescbc", 2), ("aescbc", 3)]);
        let error = read(&twice, cut.into()).expect_err("cut");
        assert_eq!(
            error.to_string(),
            "the stored data is not a multiple of the block size"
        );

        // Two that agree, with another one between them.
        let failing = |transformer: Arc<dyn Transformer>| ("same:", transformer);
        let between = PrefixTransformers::new([
            failing(provider("aesgcm", 1).1),
            failing(provider("secretbox", 1).1),
            failing(provider("aesgcm", 2).1),
        ]);
        let mut stored = b"same:".to_vec();
        stored.extend_from_slice(&[0; 64]);
        assert_eq!(
            read(&between, stored.into())
                .expect_err("nobody's")
                .to_string(),
            "[cipher: message authentication failed, output array was not large enough for encryption]"
        );
    }

    /// What fails is logged once, with its key; what fits nobody only goes to whoever asked.
    #[tokio::test]
    async fn a_failure_is_logged_with_its_key() {
        let log = Log::of(Level::ERROR);
        let _guard = tracing::subscriber::set_default(log.clone());
        let stored = write(&of([("aesgcm", 1)]));
        log.attune(1, async || {
            read(&of([("aesgcm", 2)]), stored.clone()).expect_err("another key's");
        })
        .await;
        read(&of([("aesgcm", 1)]), stored.clone()).expect("its own");
        read(&of([("aescbc", 1)]), stored.clone()).expect_err("nobody's");
        assert_eq!(log.lines(), [""; 0]);
        read(&of([("aesgcm", 2), ("aesgcm", 3)]), stored).expect_err("another key's");
        assert_eq!(
            log.lines(),
            [format!(
                "failed to decrypt data key={AT} error=cipher: message authentication failed"
            )]
        );
    }

    #[tokio::test]
    async fn a_write_that_fails_is_logged_whenever_it_does() {
        let log = Log::of(Level::ERROR);
        let _guard = tracing::subscriber::set_default(log.clone());
        let fail = async |at_once| {
            let full: Arc<dyn Transformer> = Arc::new(Full { at_once });
            let mut stored = Vec::new();
            let full = PrefixTransformers::new([("full:", full)]);
            let written = full.to_storage(b"plain", Context::of_key(AT), &mut stored);
            written.await.expect_err("it writes nothing");
        };
        log.attune(1, async || fail(true).await).await;
        for at_once in [true, false] {
            fail(at_once).await;
        }
        let line = format!("failed to encrypt data key={AT} error={}", Error::NoMatch);
        assert_eq!(log.lines(), [line.clone(), line]);
    }

    /// Writes nothing, and says so at once or a little later.
    struct Full {
        at_once: bool,
    }

    impl Transformer for Full {
        fn from_storage<'a>(
            &'a self,
            _: Data,
            _: Context<'a>,
        ) -> Eventually<'a, Result<Opened, Error>> {
            Eventually::now(Err(Error::NoMatch))
        }

        fn to_storage<'a>(
            &'a self,
            _: &'a [u8],
            _: Context<'a>,
            _: &'a mut Vec<u8>,
        ) -> Eventually<'a, Result<(), Error>> {
            if self.at_once {
                Eventually::now(Err(Error::NoMatch))
            } else {
                Eventually::Later(async { Err(Error::NoMatch) }.boxed())
            }
        }
    }
}
