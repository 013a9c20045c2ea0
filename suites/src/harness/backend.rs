use std::{fmt, future::Future, sync::Arc};

use futures::future::BoxFuture;
use storeproof::{
    codec::Codec,
    storage::{KeySpace, Store},
};
use storeproof_fixtures::objects::Pod;

#[cfg(feature = "etcd")]
use super::Wire;
use super::{
    AnyProvider, BadKnownFailures, BoundHooks, Capabilities, Hooks, KnownFailures, Opening,
};
use crate::Result;

/// The store under test: how to open it, and what it can do.
///
/// Only [`Backend::open`] is required. Capabilities default to the whole contract and hooks to none; a case whose needs
/// are not declared is *not supported*, which is decided before anything runs.
pub trait Backend: Send + Sync + 'static {
    /// The store that is judged.
    type Store: Store<Pod> + 'static;

    /// Opens a store below the opening's prefix. Called once a case; cases run in parallel.
    fn open(&self, at: &Opening) -> impl Future<Output = Result<Self::Store>> + Send;

    /// Closes a store after its case. Nothing by default: dropping is enough for most.
    fn close(&self, store: &Self::Store) -> impl Future<Output = ()> + Send {
        let _ = store;
        async {}
    }

    /// What the store can do. Take away what it cannot.
    fn capabilities(&self) -> Capabilities {
        Capabilities::contract()
    }

    /// Whether exclusive openings, and those that break servers, get a server or a space of their own, beside which other
    /// cases go on. Where not, the suites run such cases while nothing else runs.
    fn has_spare(&self) -> bool {
        false
    }

    /// What the suites may do beyond the contract.
    fn hooks(&self) -> Hooks<Self::Store> {
        Hooks::none()
    }

    /// The server beneath the store, where it has etcd's API: the wire contract is then judged too.
    #[cfg(feature = "etcd")]
    fn wire(&self) -> Option<Arc<dyn Wire>> {
        None
    }

    /// Cases that are known to fail, best from a file: `known_failures!("known-failures.toml")`. A list that cannot be used
    /// ends the run before it begins.
    fn known_failures(&self) -> Result<KnownFailures, BadKnownFailures> {
        Ok(KnownFailures::none())
    }
}

type Close = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send + Sync>;

/// One opened store with its hooks, whatever its type. Call [`Instance::close`] when done.
pub struct Instance {
    /// The store.
    pub store: Arc<dyn Store<Pod>>,
    /// Its hooks.
    pub hooks: BoundHooks,
    /// Where it keeps its objects.
    pub keys: KeySpace,
    close: Close,
}

impl Instance {
    /// Closes the store as its backend wants it closed.
    pub async fn close(self) {
        (self.close)().await;
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Instance")
    }
}

/// A [`Backend`] whatever the type of its store, so that the suites are compiled once for all backends.
pub trait Subject: Send + Sync {
    /// What the backend declares, hooks included.
    fn capabilities(&self) -> Capabilities;

    /// Whether exclusive cases have a server or a space of their own.
    fn has_spare(&self) -> bool;

    /// Opens a store.
    fn open<'a>(&'a self, at: &'a Opening) -> BoxFuture<'a, Result<Instance>>;

    /// The server beneath, where it has etcd's API.
    #[cfg(feature = "etcd")]
    fn wire(&self) -> Option<Arc<dyn Wire>> {
        None
    }

    /// The transformer that is judged, where one is.
    fn provider(&self) -> Option<&dyn AnyProvider> {
        None
    }

    /// The codec that is judged, where one is.
    fn codec(&self) -> Option<Arc<dyn Codec<Pod>>> {
        None
    }
}

/// Makes a [`Subject`] of a [`Backend`].
pub fn erase<B: Backend>(backend: B) -> Arc<dyn Subject> {
    Arc::new(Erased(Arc::new(backend)))
}

struct Erased<B>(Arc<B>);

impl<B: Backend> Subject for Erased<B> {
    fn capabilities(&self) -> Capabilities {
        let declared = self.0.capabilities().and(self.0.hooks().capabilities());
        #[cfg(feature = "etcd")]
        let declared = match self.0.wire() {
            Some(wire) => declared.and(wire.capabilities()),
            None => declared,
        };
        declared
    }

    fn has_spare(&self) -> bool {
        self.0.has_spare()
    }

    #[cfg(feature = "etcd")]
    fn wire(&self) -> Option<Arc<dyn Wire>> {
        self.0.wire()
    }

    fn open<'a>(&'a self, at: &'a Opening) -> BoxFuture<'a, Result<Instance>> {
        Box::pin(async move {
            let store = Arc::new(self.0.open(at).await?);
            let hooks = self.0.hooks().bind(&store);
            let (backend, closing) = (Arc::clone(&self.0), Arc::clone(&store));
            Ok(Instance {
                store,
                hooks,
                keys: at.key_space().clone(),
                close: Box::new(move || Box::pin(async move { backend.close(&closing).await })),
            })
        })
    }
}
