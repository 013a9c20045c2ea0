use std::{
    error::Error as StdError,
    sync::{Arc, OnceLock},
    time::Instant,
};

use bytes::Bytes;
use prometheus::{Histogram, IntCounter};

use crate::{
    storage::GroupResource,
    telemetry::calls::code_name,
    value::{Context, Data, Error, Eventually, Opened, PrefixTransformers, Transformer},
};

#[cfg(feature = "kms")]
use crate::value::kms;

use super::Metrics;

/// What entries without a prefix are called.
const IDENTITY: &str = "identity";
/// What reads of values are called that fit no entry.
const UNKNOWN: &str = "unknown";
/// What a transformer's own errors are called.
const NOT_GRPC: &str = "unknown-non-grpc";

/// Counts and times what transformers do with the values of a resource (backend §4.4).
#[derive(Clone, Debug)]
pub struct Transformations {
    metrics: Metrics,
    resource: Arc<str>,
}

impl Metrics {
    /// Transformations of the values of a resource, or of no resource in particular.
    pub fn transformations(&self, resource: Option<&GroupResource>) -> Transformations {
        Transformations {
            metrics: self.clone(),
            resource: resource.map(ToString::to_string).unwrap_or_default().into(),
        }
    }
}

impl Transformations {
    /// The same transformers, measured. Each entry counts under its prefix, one without a prefix as `identity`.
    ///
    /// Of an entry without a prefix only what it can read is counted: it is there to be passed over.
    pub fn measure(&self, transformers: PrefixTransformers) -> impl Transformer + use<> {
        let mut prefixes = Vec::new();
        let inner = transformers.wrap(|prefix, transformer| {
            prefixes.push(prefix.clone());
            let name = match &*String::from_utf8_lossy(prefix) {
                "" => IDENTITY.to_owned(),
                prefix => prefix.to_owned(),
            };
            Arc::new(Entry {
                inner: transformer,
                from_storage: self.direction("from_storage", &name),
                to_storage: self.direction("to_storage", &name),
                is_fallback: prefix.is_empty(),
            })
        });
        Measured {
            inner,
            prefixes: prefixes
                .into_iter()
                .filter(|prefix| !prefix.is_empty())
                .collect(),
            unmatched: self.direction("from_storage", UNKNOWN),
        }
    }

    fn direction(&self, kind: &'static str, prefix: &str) -> Direction {
        Direction {
            metrics: self.metrics.clone(),
            resource: Arc::clone(&self.resource),
            kind,
            prefix: prefix.to_owned(),
            duration: OnceLock::new(),
            succeeded: OnceLock::new(),
        }
    }
}

/// Prefix transformers whose entries are measured, and what none of them fits.
struct Measured {
    inner: PrefixTransformers,
    prefixes: Vec<Bytes>,
    unmatched: Direction,
}

/// One entry.
struct Entry {
    inner: Arc<dyn Transformer>,
    from_storage: Direction,
    to_storage: Direction,
    is_fallback: bool,
}

/// One direction of one entry.
struct Direction {
    metrics: Metrics,
    resource: Arc<str>,
    kind: &'static str,
    prefix: String,
    duration: OnceLock<Histogram>,
    succeeded: OnceLock<IntCounter>,
}

impl Direction {
    fn note<A>(&self, started: Instant, result: &Result<A, Error>) {
        let families = self.metrics.families();
        let count = |status: &str| {
            let labels = [&*self.resource, self.kind, &self.prefix, status];
            families.transformations.with_label_values(&labels)
        };
        match result {
            Ok(_) => {
                let labels = [self.kind, &self.prefix];
                let duration = self
                    .duration
                    .get_or_init(|| families.transformation_duration.with_label_values(&labels));
                duration.observe(started.elapsed().as_secs_f64());
                self.succeeded.get_or_init(|| count("OK")).inc();
            }
            Err(error) => count(status_of(error)).inc(),
        }
    }
}

/// The code of a gRPC status anywhere in the chain.
fn status_of(error: &Error) -> &'static str {
    if let Error::Several(errors) = error {
        let codes = errors.iter().map(status_of);
        return codes
            .into_iter()
            .find(|code| *code != NOT_GRPC)
            .unwrap_or(NOT_GRPC);
    }
    let mut cause: Option<&(dyn StdError + 'static)> = match error {
        Error::Unavailable(held) | Error::Other(held) => Some(&**held),
        other => Some(other),
    };
    while let Some(error) = cause {
        if let Some(code) = code_of(error) {
            return code_name(code);
        }
        cause = error.source();
    }
    NOT_GRPC
}

/// The code of an error that is a gRPC status, or what is known of one: plugins' calls keep no more.
fn code_of(error: &(dyn StdError + 'static)) -> Option<tonic::Code> {
    #[cfg(feature = "kms")]
    if let Some(refused) = error
        .downcast_ref::<kms::Error>()
        .and_then(kms::Error::call)
    {
        return Some(refused.code());
    }
    #[cfg(feature = "kms")]
    if let Some(refused) = error.downcast_ref::<kms::RpcError>() {
        return Some(refused.code());
    }
    error
        .downcast_ref::<tonic::Status>()
        .map(tonic::Status::code)
}

impl Transformer for Entry {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        let started = Instant::now();
        let opened = self.inner.from_storage(stored, context);
        opened.inspect(move |opened| {
            if opened.is_ok() || !self.is_fallback {
                self.from_storage.note(started, opened);
            }
        })
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        let started = Instant::now();
        let written = self.inner.to_storage(plain, context, stored);
        written.inspect(move |written| self.to_storage.note(started, written))
    }
}

impl Transformer for Measured {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        if self
            .prefixes
            .iter()
            .any(|prefix| stored.starts_with(prefix))
        {
            return self.inner.from_storage(stored, context);
        }
        let started = Instant::now();
        let opened = self.inner.from_storage(stored, context);
        opened.inspect(move |opened| {
            if opened.is_err() {
                self.unmatched.note(started, opened);
            }
        })
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        self.inner.to_storage(plain, context, stored)
    }
}

#[cfg(test)]
#[path = "transformations_tests.rs"]
mod tests;
