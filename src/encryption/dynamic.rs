use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use futures::FutureExt;

use crate::{
    storage::GroupResource,
    value::{Context, Data, Error, Eventually, Opened, Transformer},
};

use super::{CheckError, Loaded};

/// Transformers that follow a configuration (backend §7.12).
///
/// Each call takes the configuration of its moment, without a lock, and keeps it until it is done: a configuration that was
/// replaced lives as long as the last call that began with it.
#[derive(Clone)]
pub struct DynamicTransformers {
    current: Arc<ArcSwap<Loaded>>,
}

impl DynamicTransformers {
    /// Begins with a configuration.
    pub fn new(loaded: Loaded) -> Self {
        Self {
            current: Arc::new(ArcSwap::from_pointee(loaded)),
        }
    }

    /// The transformer of a resource, whatever configuration is in force when it is called.
    pub fn for_resource(&self, resource: GroupResource) -> Arc<dyn Transformer> {
        Arc::new(ResourceTransformer {
            resource,
            current: Arc::clone(&self.current),
        })
    }

    /// Calls that begin from now on use another configuration.
    pub fn replace(&self, loaded: Loaded) {
        self.current.store(Arc::new(loaded));
    }

    /// The configuration that is in force now.
    pub fn current(&self) -> Arc<Loaded> {
        self.current.load_full()
    }

    /// Whether all key management services that are in use now do their work.
    ///
    /// # Errors
    ///
    /// Those of them that do not.
    pub async fn check(&self) -> Result<(), CheckError> {
        self.current().check().await
    }
}

impl fmt::Debug for DynamicTransformers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("DynamicTransformers")
            .field(&self.current.load().hash)
            .finish()
    }
}

struct ResourceTransformer {
    resource: GroupResource,
    current: Arc<ArcSwap<Loaded>>,
}

/// Answers of local transformers are there before the configuration is let go; other calls take it with them.
const AT_ONCE: &str = "nobody is asked by transformers that are local";

impl Transformer for ResourceTransformer {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        let current = self.current.load();
        let protection = current.transformers.protection(&self.resource);
        if protection.is_local {
            let opened = protection.transformer.from_storage(stored, context);
            return Eventually::now(opened.now_or_never().expect(AT_ONCE));
        }
        let current = Arc::clone(&current);
        Eventually::Later(
            async move {
                let protection = current.transformers.protection(&self.resource);
                protection.transformer.from_storage(stored, context).await
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
        let current = self.current.load();
        let protection = current.transformers.protection(&self.resource);
        if protection.is_local {
            let written = protection.transformer.to_storage(plain, context, stored);
            return Eventually::now(written.now_or_never().expect(AT_ONCE));
        }
        let current = Arc::clone(&current);
        Eventually::Later(
            async move {
                let protection = current.transformers.protection(&self.resource);
                protection
                    .transformer
                    .to_storage(plain, context, stored)
                    .await
            }
            .boxed(),
        )
    }
}
