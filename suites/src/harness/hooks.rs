use std::{fmt, future::Future, sync::Arc};

use futures::future::BoxFuture;
use storeproof::{requests::Request, storage::ResourceVersion};
use storeproof_fixtures::fault::{LinkFault, Partition, ServerFault};

use super::{Capabilities, Capability};
use crate::Result;

/// Stored bytes, each with its full key.
type RawValues = Vec<(String, Vec<u8>)>;

type Hook<S, A, R> = Arc<dyn Fn(Arc<S>, A) -> BoxFuture<'static, Result<R>> + Send + Sync>;

/// What a backend lets the suites do beyond the contract. Handing a hook out declares that it exists.
///
/// ```
/// use storeproof_suites::{Hooks, fixtures::objects::Pod, storeproof::memory::Store};
///
/// let hooks = Hooks::<Store<Pod>>::none()
///     .compaction(|store, at| async move { Ok(store.compact(at)?) });
/// ```
pub struct Hooks<S> {
    raw_get: Option<Hook<S, String, Option<Vec<u8>>>>,
    raw_put: Option<Hook<S, (String, Vec<u8>), ()>>,
    raw_put_all: Option<Hook<S, RawValues, ()>>,
    compaction: Option<Hook<S, ResourceVersion, ()>>,
    revision_bump: Option<Hook<S, (), ResourceVersion>>,
    requests: Option<Hook<S, (), Vec<Request>>>,
    lease: Option<Hook<S, String, Option<i64>>>,
    link: Option<Hook<S, LinkFault, ()>>,
    server: Option<Hook<S, ServerFault, ()>>,
    leader: Option<Hook<S, (), ()>>,
    partition: Option<Hook<S, Partition, ()>>,
}

impl<S: Send + Sync + 'static> Hooks<S> {
    /// Nothing beyond the contract.
    pub fn none() -> Self {
        Self {
            raw_get: None,
            raw_put: None,
            raw_put_all: None,
            compaction: None,
            revision_bump: None,
            requests: None,
            lease: None,
            link: None,
            server: None,
            leader: None,
            partition: None,
        }
    }

    /// Reads and writes the stored bytes of a full key beneath the store. Both together make
    /// [`Capability::RawBytes`].
    #[must_use]
    pub fn raw_bytes<G, P>(
        mut self,
        get: impl Fn(Arc<S>, String) -> G + Send + Sync + 'static,
        put: impl Fn(Arc<S>, String, Vec<u8>) -> P + Send + Sync + 'static,
    ) -> Self
    where
        G: Future<Output = Result<Option<Vec<u8>>>> + Send + 'static,
        P: Future<Output = Result<()>> + Send + 'static,
    {
        self.raw_get = Some(Arc::new(move |store, key| Box::pin(get(store, key))));
        self.raw_put = Some(Arc::new(move |store, (key, bytes)| {
            Box::pin(put(store, key, bytes))
        }));
        self
    }

    /// Writes the bytes of several full keys beneath the store, all in one version and in the order given.
    #[must_use]
    pub fn raw_transactions<F>(
        mut self,
        put_all: impl Fn(Arc<S>, Vec<(String, Vec<u8>)>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.raw_put_all = Some(Arc::new(move |store, values| {
            Box::pin(put_all(store, values))
        }));
        self
    }

    /// Compacts history at a version: that one stays readable, those before it do not. Returns once that is so.
    #[must_use]
    pub fn compaction<F>(
        mut self,
        compact: impl Fn(Arc<S>, ResourceVersion) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.compaction = Some(Arc::new(move |store, at| Box::pin(compact(store, at))));
        self
    }

    /// Advances the version of the whole store without touching an object, and returns it.
    #[must_use]
    pub fn revision_bump<F>(mut self, bump: impl Fn(Arc<S>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<ResourceVersion>> + Send + 'static,
    {
        self.revision_bump = Some(Arc::new(move |store, ()| Box::pin(bump(store))));
        self
    }

    /// What the store sent to its server since the last call; the first call begins and yields nothing. Only for stores
    /// that ask as the API server's own does: its requests are what the cases expect.
    ///
    /// ```
    /// use storeproof_suites::{Hooks, fixtures::objects::Pod, storeproof::memory::Store};
    ///
    /// let hooks = Hooks::<Store<Pod>>::none().requests(|store| store.take_requests());
    /// ```
    #[must_use]
    pub fn requests(
        mut self,
        take: impl Fn(Arc<S>) -> Vec<Request> + Send + Sync + 'static,
    ) -> Self {
        self.requests = Some(Arc::new(move |store, ()| {
            let taken = take(store);
            Box::pin(std::future::ready(Ok(taken)))
        }));
        self
    }

    /// The number of the lease that a full key hangs on; `None` where it hangs on none. Only for stores that share
    /// leases as the opening says.
    #[must_use]
    pub fn leases<F>(
        mut self,
        lease_of: impl Fn(Arc<S>, String) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Option<i64>>> + Send + 'static,
    {
        self.lease = Some(Arc::new(move |store, key| Box::pin(lease_of(store, key))));
        self
    }

    /// Breaks and heals the way between a store and its server. Only stores whose opening
    /// [has a link to break](super::Opening::breaks_link) are asked, and no other store may notice; what the other hooks
    /// do goes past that way. [`fixtures::fault::Relay`](storeproof_fixtures::fault::Relay) stands in for it over TCP.
    #[must_use]
    pub fn client_link<F>(
        mut self,
        suffer: impl Fn(Arc<S>, LinkFault) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.link = Some(Arc::new(move |store, fault| Box::pin(suffer(store, fault))));
        self
    }

    /// Breaks and heals the server that a store is connected to. Only stores whose opening
    /// [has servers to break](super::Opening::breaks_servers) are asked, one at a time.
    #[must_use]
    pub fn server_faults<F>(
        mut self,
        suffer: impl Fn(Arc<S>, ServerFault) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.server = Some(Arc::new(move |store, fault| Box::pin(suffer(store, fault))));
        self
    }

    /// Makes the members of a store's server follow another leader, under the same terms as server faults. Returns once
    /// they do.
    #[must_use]
    pub fn leader_change<F>(mut self, change: impl Fn(Arc<S>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.leader = Some(Arc::new(move |store, ()| Box::pin(change(store))));
        self
    }

    /// Keeps the members of a store's server apart and brings them together, under the same terms as server faults. Returns
    /// once that is so; after the end of a partition once every member answers.
    #[must_use]
    pub fn partitions<F>(
        mut self,
        part: impl Fn(Arc<S>, Partition) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.partition = Some(Arc::new(move |store, how| Box::pin(part(store, how))));
        self
    }

    /// The capabilities that these hooks declare.
    pub fn capabilities(&self) -> Capabilities {
        let given = [
            (self.raw_get.is_some(), Capability::RawBytes),
            (self.raw_put_all.is_some(), Capability::RawTransactions),
            (self.compaction.is_some(), Capability::Compaction),
            (self.revision_bump.is_some(), Capability::RevisionBump),
            (self.requests.is_some(), Capability::RequestCounting),
            (self.lease.is_some(), Capability::Leases),
            (self.link.is_some(), Capability::ClientLink),
            (self.server.is_some(), Capability::ServerFaults),
            (self.leader.is_some(), Capability::LeaderChange),
            (self.partition.is_some(), Capability::Partition),
        ];
        given
            .into_iter()
            .filter(|(given, _)| *given)
            .fold(Capabilities::none(), |set, (_, capability)| {
                set.with(capability)
            })
    }

    /// The hooks of one opened store.
    pub(super) fn bind(&self, store: &Arc<S>) -> BoundHooks {
        fn bound<S: Send + Sync + 'static, A: 'static, R: 'static>(
            hook: &Option<Hook<S, A, R>>,
            store: &Arc<S>,
        ) -> Option<Bound<A, R>> {
            let (hook, store) = (hook.clone()?, Arc::clone(store));
            Some(Arc::new(move |argument| hook(Arc::clone(&store), argument)))
        }
        BoundHooks {
            raw_get: bound(&self.raw_get, store),
            raw_put: bound(&self.raw_put, store),
            raw_put_all: bound(&self.raw_put_all, store),
            compaction: bound(&self.compaction, store),
            revision_bump: bound(&self.revision_bump, store),
            requests: bound(&self.requests, store),
            lease: bound(&self.lease, store),
            link: bound(&self.link, store),
            server: bound(&self.server, store),
            leader: bound(&self.leader, store),
            partition: bound(&self.partition, store),
        }
    }
}

impl<S> fmt::Debug for Hooks<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hooks")
    }
}

type Bound<A, R> = Arc<dyn Fn(A) -> BoxFuture<'static, Result<R>> + Send + Sync>;

/// The hooks of one opened store, whatever its type.
#[derive(Clone, Default)]
#[expect(missing_docs, reason = "each is the hook of the same name in `Hooks`")]
pub struct BoundHooks {
    pub raw_get: Option<Bound<String, Option<Vec<u8>>>>,
    pub raw_put: Option<Bound<(String, Vec<u8>), ()>>,
    pub raw_put_all: Option<Bound<RawValues, ()>>,
    pub compaction: Option<Bound<ResourceVersion, ()>>,
    pub revision_bump: Option<Bound<(), ResourceVersion>>,
    pub requests: Option<Bound<(), Vec<Request>>>,
    pub lease: Option<Bound<String, Option<i64>>>,
    pub link: Option<Bound<LinkFault, ()>>,
    pub server: Option<Bound<ServerFault, ()>>,
    pub leader: Option<Bound<(), ()>>,
    pub partition: Option<Bound<Partition, ()>>,
}

impl fmt::Debug for BoundHooks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BoundHooks")
    }
}
