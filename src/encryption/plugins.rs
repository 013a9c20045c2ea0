use std::sync::Arc;

use async_trait::async_trait;

use crate::value::{
    Context, Data, Error, Eventually, Opened, Transformer,
    kms::{Endpoint, Observer, Tracer, v1, v2},
};

use super::{Check, CheckError, KeyService, KeyServices, KmsConfiguration};

/// Key management services that are plugins behind Unix sockets; feature `kms`.
///
/// A service of version v2 is asked for a data key at once, and looked after from then on, for as long as its transformer or
/// its check is in use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plugins;

impl Plugins {
    /// The same, each with an observer, which is made for the name of its provider.
    pub fn observed_by(
        self,
        observer: impl Fn(&str) -> Arc<dyn Observer> + Send + Sync + 'static,
    ) -> ObservedPlugins {
        ObservedPlugins {
            observer: Box::new(observer),
            tracer: None,
        }
    }

    /// The same, whose providers of version v2 are traced.
    pub fn traced_by(self, tracer: Arc<dyn Tracer>) -> ObservedPlugins {
        self.observed_by(|_| Arc::new(())).traced_by(tracer)
    }
}

/// [`Plugins`] with observers.
pub struct ObservedPlugins {
    observer: Box<ObserverOf>,
    tracer: Option<Arc<dyn Tracer>>,
}

/// Makes the observer of the provider of a name.
type ObserverOf = dyn Fn(&str) -> Arc<dyn Observer> + Send + Sync;

impl ObservedPlugins {
    /// The same, whose providers of version v2 are traced.
    #[must_use]
    pub fn traced_by(mut self, tracer: Arc<dyn Tracer>) -> Self {
        self.tracer = Some(tracer);
        self
    }
}

#[async_trait]
impl KeyServices for Plugins {
    async fn connect(&self, configuration: &KmsConfiguration) -> Result<KeyService, CheckError> {
        connect(configuration, Arc::new(()), None).await
    }
}

#[async_trait]
impl KeyServices for ObservedPlugins {
    async fn connect(&self, configuration: &KmsConfiguration) -> Result<KeyService, CheckError> {
        let observer = (self.observer)(&configuration.name);
        connect(configuration, observer, self.tracer.as_ref()).await
    }
}

async fn connect(
    configuration: &KmsConfiguration,
    observer: Arc<dyn Observer>,
    tracer: Option<&Arc<dyn Tracer>>,
) -> Result<KeyService, CheckError> {
    let endpoint = Endpoint::parse(&configuration.endpoint);
    let endpoint = endpoint.map_err(|cause| -> CheckError { Arc::new(cause) })?;
    let (name, timeout) = (&configuration.name, configuration.timeout.to_std());
    if configuration.api_version == "v1" {
        let plugin: Arc<dyn v1::Service> = Arc::new(v1::Remote::new(&endpoint, timeout));
        // Nothing is remembered where the size is negative.
        let remembered = configuration.cache_size.unwrap_or_default();
        let remembered = usize::try_from(remembered).unwrap_or_default();
        let transformer = v1::KmsV1::new(Arc::clone(&plugin), remembered);
        return Ok(KeyService {
            transformer: Arc::new(transformer.observed_by(observer)),
            check: Arc::new(v1::Health::new(name, plugin)),
        });
    }
    let plugin = Arc::new(v2::Remote::new(&endpoint, timeout));
    let mut provider = v2::Provider::new(name, plugin).observed_by(observer);
    if let Some(tracer) = tracer {
        provider = provider.traced_by(Arc::clone(tracer));
    }
    let (provider, status) = provider.started().await;
    let status = Arc::new(status);
    Ok(KeyService {
        transformer: Arc::new(LookedAfter {
            inner: v2::KmsV2::new(Arc::clone(&provider)),
            _status: Arc::clone(&status),
        }),
        check: Arc::new(LookedAfter {
            inner: provider,
            _status: status,
        }),
    })
}

#[async_trait]
impl Check for v1::Health {
    async fn check(&self) -> Result<(), CheckError> {
        let health = v1::Health::check(self).await;
        health.map_err(|cause| -> CheckError { Arc::new(cause) })
    }
}

/// Something of a provider, which needs to be looked after meanwhile.
struct LookedAfter<T> {
    inner: T,
    _status: Arc<v2::StatusLoop>,
}

#[async_trait]
impl Check for LookedAfter<Arc<v2::Provider>> {
    async fn check(&self) -> Result<(), CheckError> {
        let health = self.inner.check().await;
        health.map_err(|cause| -> CheckError { Arc::new(cause) })
    }
}

impl Transformer for LookedAfter<v2::KmsV2> {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        self.inner.from_storage(stored, context)
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
