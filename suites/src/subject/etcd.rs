use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use storeproof::{
    backend::{Config, Destroy, factory},
    etcd3,
};
use storeproof_fixtures::{
    etcd::Spec,
    objects::Pod,
    provision::{self, Environment},
};

use super::{
    Server,
    lane::{Identity, Lane, Sharing},
};
use crate::{Backend, Capabilities, Capability, Hooks, Opening, Result};

/// A server with etcd's API through the etcd3 store: etcd itself, or whatever the user named.
///
/// Cases share one server and are kept apart by their prefixes. Those that disturb others get a second server like it,
/// started for the first of them. Each case gets a client of its own through the factory. Clones are the same subject.
#[derive(Clone, Debug)]
pub struct Etcd(Arc<Servers>);

#[derive(Debug)]
struct Servers {
    server: Server,
    shared: Lane,
    /// `None` where there is only the one that somebody else runs.
    spare: Option<Lane>,
    /// What ends each open store, by its path prefix, which no two have in common.
    open: Mutex<HashMap<String, Destroy>>,
}

impl Etcd {
    /// Servers for this process.
    pub fn new(environment: Environment, server: Server) -> Self {
        Self::with(environment, server, Sharing::Process)
    }

    /// Servers for a test target: all processes of a nextest run share the one for cases that do not disturb others.
    ///
    /// The target's `main` begins with [`provision::keeper::divert`].
    pub fn in_test_run(environment: Environment, spec: Spec) -> Self {
        let server = Server {
            spec,
            exclusive: false,
        };
        Self::with(environment, server, Sharing::TestRun)
    }

    fn with(environment: Environment, server: Server, sharing: Sharing) -> Self {
        let lane = |sharing| Lane::new(environment.clone(), server.spec.clone(), sharing);
        Self(Arc::new(Servers {
            shared: lane(sharing),
            spare: (!server.is_external()).then(|| lane(Sharing::Process)),
            open: Mutex::default(),
            server,
        }))
    }

    /// Starts the server that cases share, or reaches for the one that somebody else runs, and says what it is.
    ///
    /// # Errors
    ///
    /// There is no such server, or it cannot be started.
    pub async fn start(&self) -> Result<Identity, Arc<provision::Error>> {
        self.0.shared.identity().await
    }

    /// Stops what was started.
    pub async fn stop(&self) {
        self.0.shared.stop().await;
        if let Some(spare) = &self.0.spare {
            spare.stop().await;
        }
    }

    /// Whether cases may disturb whoever else uses the server: it is ours, or its user allows it.
    fn may_disturb(&self) -> bool {
        self.0.spare.is_some() || self.0.server.exclusive
    }
}

impl Backend for Etcd {
    type Store = Arc<etcd3::Store<Pod>>;

    async fn open(&self, at: &Opening) -> Result<Self::Store> {
        let lane = match &self.0.spare {
            Some(spare) if at.is_exclusive() => spare,
            _ => &self.0.shared,
        };
        let config = Config {
            transport: lane.transport().await?,
            transformer: Some(at.transformer()),
            allow_unsafe_malformed_object_deletion: at.allows_unsafe_deletion(),
            lease_manager_config: at.leases(),
            ..Config::new(at.prefix(), at.codec())
        };
        let resource = config.for_resource(at.group_resource());
        let (store, destroy) = factory::create(resource, at.resource_prefix()).await?;
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(store.keys().path_prefix().to_owned(), destroy);
        Ok(store)
    }

    async fn close(&self, store: &Self::Store) {
        let destroy = {
            let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.remove(store.keys().path_prefix())
        };
        if let Some(destroy) = destroy {
            destroy.call().await;
        }
    }

    fn capabilities(&self) -> Capabilities {
        if self.may_disturb() {
            Capabilities::contract()
        } else {
            Capabilities::contract().without(Capability::Exclusive)
        }
    }

    fn has_spare(&self) -> bool {
        self.0.spare.is_some()
    }

    fn hooks(&self) -> Hooks<Self::Store> {
        let hooks = Hooks::<Self::Store>::none()
            .raw_bytes(
                |store, key| async move { Ok(store.raw_get(&key).await?.map(|(bytes, _)| bytes)) },
                |store, key, bytes| async move { Ok(store.raw_put(&key, bytes).await.map(drop)?) },
            )
            .raw_transactions(|store, values| async move {
                Ok(store.raw_put_all(values).await.map(drop)?)
            })
            .revision_bump(|store| async move { Ok(store.bump_revision().await?) })
            .requests(|store| store.take_requests())
            .leases(|store, key| async move { Ok(store.lease_of(&key).await?) });
        if self.may_disturb() {
            hooks.compaction(|store, at| async move { Ok(store.compact(at).await?) })
        } else {
            hooks
        }
    }
}
