use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use storeproof::{
    backend::{Config, Destroy, TransportConfig, factory},
    etcd3,
};
use storeproof_contract::{Access, etcd::Kept};
use storeproof_fixtures::{
    etcd::{Members, Spec},
    objects::Pod,
    provision::{self, Environment},
};

use super::{
    Server,
    breaking::BreakingLane,
    lane::{Identity, Lane, Sharing},
    link::Link,
    opened::{OpenStores, Opened},
};
use crate::golden::Golden;
use crate::harness::Wire;
use crate::{Backend, Capabilities, Capability, Hooks, Opening, Result};

/// A server with etcd's API through the etcd3 store: etcd itself, or whatever the user named.
///
/// Cases share one server and are kept apart by their prefixes. Those that disturb others get a second server like it,
/// and those that break it a third, each started for the first of them. Each case gets a client of its own through the factory. Clones are the same subject.
#[derive(Clone, Debug)]
pub struct Etcd(Arc<Servers>);

#[derive(Debug)]
struct Servers {
    environment: Environment,
    server: Server,
    shared: Lane,
    /// `None` where there is only the one that somebody else runs.
    spare: Option<Lane>,
    /// For cases that break it; `None` with the other.
    breaking: Option<BreakingLane>,
    open: OpenStores,
    golden: Option<Golden>,
    /// Servers of wire cases that several of them use.
    kept: Arc<Kept>,
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

    /// The same, of which each case of the wire contract has to come out as it is known to, where the server is of the
    /// release that the golden results are of.
    #[must_use]
    pub fn held_to(mut self, golden: Golden) -> Self {
        if let Some(servers) = Arc::get_mut(&mut self.0) {
            servers.golden = Some(golden);
        }
        self
    }

    fn with(environment: Environment, server: Server, sharing: Sharing) -> Self {
        let lane = |sharing| Lane::new(environment.clone(), server.spec.clone(), sharing);
        Self(Arc::new(Servers {
            shared: lane(sharing),
            spare: (!server.is_external()).then(|| lane(Sharing::Process)),
            breaking: (!server.is_external())
                .then(|| BreakingLane::new(environment.clone(), server.spec.clone())),
            open: OpenStores::default(),
            golden: None,
            kept: Arc::default(),
            environment,
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
        if let Some(breaking) = &self.0.breaking {
            breaking.stop().await;
        }
        self.0.kept.stop().await;
    }

    /// Whether cases may disturb whoever else uses the server: it is ours, or its user allows it.
    fn may_disturb(&self) -> bool {
        self.0.spare.is_some() || self.0.server.exclusive
    }
}

impl Backend for Etcd {
    type Store = Arc<etcd3::Store<Pod>>;

    async fn open(&self, at: &Opening) -> Result<Self::Store> {
        let mut transport = self.transport(at).await?;
        let direct = transport.clone();
        let mut link = None;
        if at.breaks_link() {
            let (way, urls) = Link::to(&direct.server_list).await?;
            transport.server_list = urls;
            link = Some(way);
        }
        let (store, end) = open(at, transport).await?;
        let mut opened = Opened {
            ends: vec![end],
            link: None,
        };
        if let Some(link) = link {
            let (past, end) = open(at, direct).await?;
            opened.ends.push(end);
            opened.link = Some((link, past));
        }
        self.0.open.add(&store, opened);
        Ok(store)
    }

    async fn close(&self, store: &Self::Store) {
        for end in self
            .0
            .open
            .take(store)
            .into_iter()
            .flat_map(|opened| opened.ends)
        {
            end.call().await;
        }
    }

    fn capabilities(&self) -> Capabilities {
        if self.may_disturb() {
            Capabilities::contract()
        } else {
            Capabilities::contract().without(Capability::Exclusive)
        }
    }

    fn wire(&self) -> Option<Arc<dyn Wire>> {
        Some(Arc::new(self.clone()))
    }

    fn has_spare(&self) -> bool {
        self.0.spare.is_some()
    }

    fn hooks(&self) -> Hooks<Self::Store> {
        let past = || {
            let this = self.clone();
            move |store: &Self::Store| this.0.open.past_link(store)
        };
        let (getter, putter, transactor) = (past(), past(), past());
        let (bumper, compactor) = (past(), past());
        let hooks = Hooks::<Self::Store>::none()
            .raw_bytes(
                move |store, key| {
                    let store = getter(&store);
                    async move { Ok(store.raw_get(&key).await?.map(|(bytes, _)| bytes)) }
                },
                move |store, key, bytes| {
                    let store = putter(&store);
                    async move { Ok(store.raw_put(&key, bytes).await.map(drop)?) }
                },
            )
            .raw_transactions(move |store, values| {
                let store = transactor(&store);
                async move { Ok(store.raw_put_all(values).await.map(drop)?) }
            })
            .revision_bump(move |store| {
                let store = bumper(&store);
                async move { Ok(store.bump_revision().await?) }
            })
            .requests(|store| store.take_requests())
            .leases(|store, key| async move { Ok(store.lease_of(&key).await?) });
        let hooks = if self.0.breaking.is_some() {
            self.breaking_hooks(hooks)
        } else {
            hooks
        };
        if self.may_disturb() {
            hooks.compaction(move |store, at| {
                let store = compactor(&store);
                async move { Ok(store.compact(at).await?) }
            })
        } else {
            hooks
        }
    }
}

#[async_trait]
impl Wire for Etcd {
    fn capabilities(&self) -> Capabilities {
        let wire = Capabilities::none().with(Capability::Wire);
        if self.0.server.is_external() {
            return wire;
        }
        let own = wire.with(Capability::OwnControl);
        if self.0.server.takes_flags() {
            own.with(Capability::OwnServer)
                .with(Capability::OwnCluster)
                .with(Capability::OwnTls)
        } else {
            own
        }
    }

    async fn golden(&self) -> Option<&Golden> {
        let golden = self.0.golden.as_ref()?;
        let server = self.0.shared.identity().await.ok()?;
        (server.version == golden.version).then_some(golden)
    }

    async fn access(&self, exclusive: bool) -> Result<Arc<dyn Access>> {
        let lane = match &self.0.spare {
            Some(spare) if exclusive => spare,
            _ => &self.0.shared,
        };
        let Servers {
            environment,
            server,
            ..
        } = &*self.0;
        let endpoints = lane.endpoints().await?;
        let servers = storeproof_contract::etcd::Servers::new(
            environment.clone(),
            server.spec.clone(),
            endpoints,
        );
        Ok(Arc::new(servers.keeping(Arc::clone(&self.0.kept))))
    }
}

impl Etcd {
    /// How to reach the server for a case.
    async fn transport(&self, at: &Opening) -> Result<TransportConfig, Arc<provision::Error>> {
        match (&self.0.breaking, &self.0.spare) {
            (Some(breaking), _) if at.breaks_servers() => breaking.transport().await,
            (_, Some(spare)) if at.is_exclusive() => spare.transport().await,
            _ => self.0.shared.transport().await,
        }
    }

    /// The same hooks, and those that break what is ours.
    fn breaking_hooks(
        &self,
        hooks: Hooks<<Self as Backend>::Store>,
    ) -> Hooks<<Self as Backend>::Store> {
        let (links, servers) = (self.clone(), self.clone());
        let (leaders, members) = (self.clone(), self.clone());
        let hooks = hooks
            .client_link(move |store, fault| {
                links.0.open.with_link(&store, |link| link.suffer(fault));
                std::future::ready(Ok(()))
            })
            .server_faults(move |_, fault| {
                let this = servers.clone();
                async move {
                    if let Some(breaking) = &this.0.breaking {
                        breaking.suffer(fault).await?;
                    }
                    Ok(())
                }
            });
        if self.0.server.spec.members == Members::One {
            return hooks;
        }
        let hooks = hooks.leader_change(move |_| {
            let this = leaders.clone();
            async move {
                if let Some(breaking) = &this.0.breaking {
                    breaking.change_leader().await?;
                }
                Ok(())
            }
        });
        hooks.partitions(move |_, how| {
            let this = members.clone();
            async move {
                if let Some(breaking) = &this.0.breaking {
                    breaking.part(how).await?;
                }
                Ok(())
            }
        })
    }
}

/// A store and what ends it.
async fn open(
    at: &Opening,
    transport: TransportConfig,
) -> Result<(Arc<etcd3::Store<Pod>>, Destroy)> {
    let config = Config {
        transport,
        transformer: Some(at.transformer()),
        allow_unsafe_malformed_object_deletion: at.allows_unsafe_deletion(),
        lease_manager_config: at.leases(),
        // Cases say what is compacted, and when.
        compaction_interval: Duration::ZERO,
        ..Config::new(at.prefix(), at.codec())
    };
    let resource = config.for_resource(at.group_resource());
    Ok(factory::create(resource, at.resource_prefix()).await?)
}
