use std::{fmt, sync::Arc};

use bytes::Bytes;
use futures::FutureExt;

use super::{Context, Error, Eventually, Opened, Transformer};

/// Writes with the first transformer and reads with whichever one's prefix the value carries (backend §7.2).
///
/// Whatever was not written by the first one is stale. Several entries may share a prefix: that is how keys rotate. An
/// entry without a prefix reads everything, so that its failure hides no other's.
pub struct PrefixTransformers {
    entries: Vec<(Bytes, Arc<dyn Transformer>)>,
    no_match: Error,
}

impl PrefixTransformers {
    /// Entries in order of preference. An empty list reads and writes nothing.
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

    /// The same, with another error for values that fit no entry.
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
        mut stored: Bytes,
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
            return Eventually::now(Err(self.failure(failures)));
        };
        let is_last = fitting.peek().is_none();
        drop(fitting);
        // The last one that fits gets the bytes themselves, so that it can decrypt them in place.
        let mut inner = if is_last {
            std::mem::take(&mut stored)
        } else {
            stored.clone()
        };
        drop(inner.split_to(prefix.len()));
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
                Err(failures) if is_last => Eventually::now(Err(self.failure(failures))),
                Err(failures) => self.read_from(index + 1, stored, context, failures),
            },
            Eventually::Later(result) => Eventually::Later(
                async move {
                    match settle(result.await) {
                        Ok(opened) => Ok(opened),
                        Err(failures) if is_last => Err(self.failure(failures)),
                        Err(failures) => self.read_from(index + 1, stored, context, failures).await,
                    }
                }
                .boxed(),
            ),
        }
    }

    fn failure(&self, mut failures: Vec<Error>) -> Error {
        failures.dedup_by(|later, earlier| later.to_string() == earlier.to_string());
        match failures.len() {
            0 => self.no_match.clone(),
            1 => failures.remove(0),
            _ => Error::Several(failures),
        }
    }
}

impl Transformer for PrefixTransformers {
    fn from_storage<'a>(
        &'a self,
        stored: Bytes,
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
                transformer.to_storage(plain, context, stored)
            }
            None => Eventually::now(Err(Error::NoTransformer)),
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
