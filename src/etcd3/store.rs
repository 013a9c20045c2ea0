use std::{any::Any, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    codec::Codec,
    storage::{
        self, DeleteOptions, GetOptions, GroupResource, ItemsOnError, KeySpace, KeysFunction,
        LeaseManagerConfig, List, ListOptions, Object, ResourceVersion, Result, Stats, TryUpdate,
        UpdateOptions, ValidateDeletion, Watch, WatchOptions,
    },
    telemetry::{
        metrics::{Metrics, StoreMetrics},
        trace::Tracing,
    },
    value::Transformer,
};

use super::{Client, lease::Leases, sizes::Sizes, values::Values, watch::Shared};

/// The objects of one resource, in etcd.
///
/// Made by [`backend::factory::create`](crate::backend::factory::create). Bound to the runtime that made it.
///
/// [`storage::Store::compact_revision`] is the highest revision that is known to be compacted: through reads, watches and
/// [`Store::compact`], and where the configuration asks for compaction through the compactor, which hears of other
/// servers too. What another server only means to compact does not count. Stores that share a compactor share what they
/// know.
///
/// # Watches that are read slowly
///
/// Nothing is dropped, nobody else is kept waiting, and what a watch holds for a reader that sleeps is bounded (backend
/// §9.5, row 70):
///
/// | where | how much |
/// |---|---|
/// | the watch's buffer | 100 events, decoded, and as many in the run that is being read |
/// | behind it, while it is full | one answer of etcd's, decoded: mostly one change; where the watch had fallen behind, what etcd sends at once, up to a thousand revisions. In the initial state, one page of up to 10,000 objects |
/// | the HTTP/2 stream | 2 MiB, encoded; the connection has room for a thousand such streams |
///
/// Everything else waits at etcd, which reads it out of its history once there is room. A compaction that overtakes it ends
/// the watch as expired.
pub struct Store<T> {
    pub(super) client: Arc<Client>,
    pub(super) keys: KeySpace,
    pub(super) values: Arc<Values<T>>,
    pub(super) leases: Leases,
    pub(super) sizes: Arc<Sizes>,
    pub(super) watched: Arc<Shared<T>>,
    pub(super) paging: bool,
    pub(super) serializable_gets: bool,
    pub(super) resource: GroupResource,
    pub(super) unsafe_deletion: bool,
    pub(super) metrics: Arc<StoreMetrics>,
    pub(super) tracing: Option<Tracing>,

    _kept: Kept,
}

/// What has to live as long as a store does.
pub(crate) type Kept = Arc<dyn Any + Send + Sync>;

/// What a store is made of, besides its client.
pub(crate) struct Parts<T> {
    pub(crate) keys: KeySpace,
    pub(crate) codec: Arc<dyn Codec<T>>,
    pub(crate) transformer: Arc<dyn Transformer>,
    pub(crate) leases: LeaseManagerConfig,
    /// Whether limits and continue tokens count.
    pub(crate) paging: bool,
    /// Whether reads of one object may be answered by any member, out of what it has.
    pub(crate) serializable_gets: bool,
    /// What lists call their objects where they cannot read them.
    pub(crate) resource: GroupResource,
    /// Whether corrupt objects are told apart, and can be deleted unseen.
    pub(crate) unsafe_deletion: bool,
    /// What the store counts in.
    pub(crate) metrics: Metrics,
    /// What it makes spans with.
    pub(crate) tracing: Option<Tracing>,

    /// What has to live as long as the store does, destroyed or not.
    pub(crate) kept: Kept,
}

impl<T: Object> Store<T> {
    pub(crate) fn new(client: Arc<Client>, parts: Parts<T>) -> Self {
        let metrics = Arc::new(parts.metrics.of_store(&parts.resource));
        let values = Values::new(parts.codec, parts.transformer, parts.unsafe_deletion);
        Self {
            client,
            keys: parts.keys,
            values: Arc::new(values.counted(Arc::clone(&metrics))),
            leases: Leases::new(&parts.leases).observed(parts.metrics.lease_objects()),
            sizes: Arc::default(),
            watched: Arc::default(),
            paging: parts.paging,
            serializable_gets: parts.serializable_gets,
            resource: parts.resource,
            unsafe_deletion: parts.unsafe_deletion,
            metrics,
            tracing: parts.tracing,

            _kept: parts.kept,
        }
    }

    /// Where the store keeps its objects; makes full keys of logical ones.
    pub fn keys(&self) -> &KeySpace {
        &self.keys
    }
}

#[async_trait]
impl<T: Object> storage::Store<T> for Store<T> {
    async fn create(&self, key: &str, object: &T, ttl: Option<Duration>) -> Result<T> {
        self.create_object(key, object, ttl).await
    }

    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<T>> {
        let got = self.get_object(key, options).await;
        got.map_err(|error| error.or_corrupt_at(key))
    }

    async fn get_list(
        &self,
        key: &str,
        options: &ListOptions<T>,
    ) -> Result<List<T>, ItemsOnError<T>> {
        self.list_objects(key, options).await
    }

    async fn guaranteed_update(
        &self,
        key: &str,
        options: UpdateOptions<T>,
        update: &mut dyn TryUpdate<T>,
    ) -> Result<T> {
        self.update_object(key, options, update).await
    }

    async fn delete(
        &self,
        key: &str,
        options: DeleteOptions<T>,
        validate: &mut dyn ValidateDeletion<T>,
    ) -> Result<Option<T>> {
        self.delete_object(key, options, validate).await
    }

    async fn watch(&self, key: &str, options: WatchOptions<T>) -> Result<Watch<T>> {
        self.start_watch(key, options).await
    }

    async fn stats(&self) -> Result<Stats> {
        self.collect_stats().await
    }

    async fn request_watch_progress(&self) -> Result<()> {
        self.client.request_progress();
        Ok(())
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        self.current_version().await
    }

    fn enable_resource_size_estimation(&self, keys: KeysFunction) -> Result<()> {
        self.sizes.enable(keys)
    }

    fn compact_revision(&self) -> ResourceVersion {
        self.client.compacted.get()
    }
}

impl<T> fmt::Debug for Store<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Store")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
