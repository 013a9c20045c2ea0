use std::{fmt, future::Future, sync::Arc};

use futures::future::BoxFuture;
use storeproof::value::Transformer;

use super::{BadKnownFailures, Capabilities, Keys, KnownFailures};
use crate::Result;

/// The transformer under test: how to open it, and what it promises (backend §7.1).
///
/// Only [`Provider::open`] is required. What a transformer does not promise, it takes away in
/// [`Provider::capabilities`]: a case that needs it is *not supported*, which is decided before anything runs.
///
/// ```no_run
/// use storeproof_suites::{Key, Keys, Provider, Result, conformance};
/// use storeproof_suites::storeproof::value::{AesGcm, PrefixTransformers};
///
/// struct Mine;
///
/// impl Provider for Mine {
///     type Transformer = PrefixTransformers;
///
///     async fn open(&self, keys: &Keys) -> Result<Self::Transformer> {
///         Ok(keys.each(|key| AesGcm::new(&key.secret()))?)
///     }
/// }
///
/// conformance!(transformer: Mine);
/// ```
pub trait Provider: Send + Sync + 'static {
    /// The transformer that is judged. What its `Debug` shows is judged too: nothing of its keys.
    type Transformer: Transformer + fmt::Debug + 'static;

    /// A transformer that writes with the first of these keys and reads with each of them. Called often: by a case, and by
    /// what stands for other processes and for a restart. It must find again what it needs for the values of former ones.
    fn open(&self, keys: &Keys) -> impl Future<Output = Result<Self::Transformer>> + Send;

    /// What the transformer promises: [all of it](Capabilities::transformer), or less. One that stores equal values in the
    /// same way takes [`Variation`](super::Capability::Variation) away and adds
    /// [`Determinism`](super::Capability::Determinism).
    fn capabilities(&self) -> Capabilities {
        Capabilities::transformer()
    }

    /// Values that were stored elsewhere with the first key, for a format that others write too.
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }

    /// Cases that are known to fail, best from a file, as [those of a store](super::Backend::known_failures).
    fn known_failures(&self) -> Result<KnownFailures, BadKnownFailures> {
        Ok(KnownFailures::none())
    }
}

/// A value that was stored elsewhere with `key-1`, and is read with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The full key of the store that it was stored at.
    pub key: String,
    /// What was stored.
    pub stored: Vec<u8>,
    /// The value.
    pub plain: Vec<u8>,
}

/// An opened transformer, whatever its type.
pub trait Sealing: Transformer + fmt::Debug {}

impl<T: Transformer + fmt::Debug> Sealing for T {}

/// A [`Provider`] whatever the type of its transformer.
pub trait AnyProvider: Send + Sync {
    /// A transformer with these keys.
    fn open<'a>(&'a self, keys: &'a Keys) -> BoxFuture<'a, Result<Arc<dyn Sealing>>>;

    /// What it promises.
    fn capabilities(&self) -> Capabilities;

    /// Values that were stored elsewhere.
    fn samples(&self) -> Vec<Sample>;
}

impl<P: Provider> AnyProvider for P {
    fn open<'a>(&'a self, keys: &'a Keys) -> BoxFuture<'a, Result<Arc<dyn Sealing>>> {
        Box::pin(async move {
            let transformer: Arc<dyn Sealing> = Arc::new(Provider::open(self, keys).await?);
            Ok(transformer)
        })
    }

    fn capabilities(&self) -> Capabilities {
        Provider::capabilities(self)
    }

    fn samples(&self) -> Vec<Sample> {
        Provider::samples(self)
    }
}
