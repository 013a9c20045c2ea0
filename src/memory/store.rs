use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use tokio::{sync::watch::Sender, task::JoinSet};

use super::{Space, create, delete, get, list, stats, update, watch};
use crate::{
    codec::{Codec, Json},
    requests::Requests,
    storage::{
        self, DeleteOptions, Format, GetOptions, GroupResource, ItemsOnError, KeyError, KeySpace,
        KeysFunction, List, ListOptions, Object, ResourceVersion, Result, Stats, TryUpdate,
        UpdateOptions, ValidateDeletion, Watch, WatchOptions,
    },
    value::{Identity, Transformer},
};

/// The contract over a [`Space`]. Several stores may share one; each is a client of its own.
///
/// A watch holds at most 100 events for a reader that sleeps, the up to 64 changes that it took from the space with them
/// (more where one revision changed more), and the objects that it began with. Everything else stays in the space, and a
/// compaction that overtakes it ends the watch as expired.
pub struct Store<T> {
    pub(super) space: Space,
    pub(super) keys: KeySpace,
    /// What the contract made this store ask its space for.
    pub(super) requests: Requests,
    pub(super) format: Arc<Format<T>>,
    pub(super) resource: GroupResource,
    /// Yields the keys whose sizes are estimated, once that is enabled.
    pub(super) size_keys: Mutex<Option<KeysFunction>>,
    /// How often progress was asked for. As over etcd, a client's request reaches its own watches only.
    pub(super) progress: Sender<u64>,
    /// Open watches. They end with the store.
    pub(super) watches: Mutex<JoinSet<()>>,
}

impl<T: Object> Store<T> {
    /// A store over a space that may be shared. Corrupt objects can be deleted unseen, and the resource is the last
    /// segment of its prefix, of the core group, unless the methods below say otherwise.
    pub fn new(
        space: Space,
        keys: KeySpace,
        codec: Arc<dyn Codec<T>>,
        transformer: Arc<dyn Transformer>,
    ) -> Self {
        let resource = keys.resource_prefix().trim_end_matches('/');
        let resource = resource.rsplit('/').next().unwrap_or_default();
        Self {
            resource: GroupResource::core(resource),
            space,
            keys,
            requests: Requests::default(),
            format: Arc::new(Format::new(codec, transformer)),
            size_keys: Mutex::default(),
            progress: Sender::new(0),
            watches: Mutex::default(),
        }
    }

    /// The same store with the name of its resource, which errors of lists tell.
    #[must_use]
    pub fn of_resource(mut self, resource: GroupResource) -> Self {
        self.resource = resource;
        self
    }

    /// The same store with the feature gate `AllowUnsafeMalformedObjectDeletion` as it is given: whether corrupt objects
    /// are told apart from other trouble, all of a list at once, and can be deleted unseen (store §3.11).
    #[must_use]
    pub fn allow_unsafe_deletion(mut self, allow: bool) -> Self {
        self.format = Arc::new(self.format.marking(allow));
        self
    }

    /// Whether corrupt objects are told apart, and can be deleted unseen.
    pub fn allows_unsafe_deletion(&self) -> bool {
        self.format.marks()
    }

    /// A store of its own that keeps JSON as it is.
    ///
    /// # Errors
    ///
    /// The resource prefix is empty, the root, or relative.
    pub fn open(path_prefix: &str, resource_prefix: &str) -> Result<Self, KeyError> {
        Ok(Self::new(
            Space::new(),
            KeySpace::new(path_prefix, resource_prefix)?,
            Arc::new(Json),
            Arc::new(Identity),
        ))
    }
}

#[async_trait]
impl<T: Object> storage::Store<T> for Store<T> {
    async fn create(&self, key: &str, object: &T, ttl: Option<Duration>) -> Result<T> {
        turn().await;
        create::create(self, key, object, ttl).await
    }

    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<T>> {
        turn().await;
        let got = get::get(self, key, options).await;
        got.map_err(|error| error.or_corrupt_at(key))
    }

    async fn get_list(
        &self,
        key: &str,
        options: &ListOptions<T>,
    ) -> Result<List<T>, ItemsOnError<T>> {
        turn().await;
        list::get_list(self, key, options).await
    }

    async fn guaranteed_update(
        &self,
        key: &str,
        options: UpdateOptions<T>,
        update: &mut dyn TryUpdate<T>,
    ) -> Result<T> {
        turn().await;
        update::guaranteed_update(self, key, options, update).await
    }

    async fn delete(
        &self,
        key: &str,
        options: DeleteOptions<T>,
        validate: &mut dyn ValidateDeletion<T>,
    ) -> Result<Option<T>> {
        turn().await;
        delete::delete(self, key, options, validate).await
    }

    async fn watch(&self, key: &str, options: WatchOptions<T>) -> Result<Watch<T>> {
        watch::watch(self, key, options)
    }

    async fn stats(&self) -> Result<Stats> {
        turn().await;
        stats::stats(self).await
    }

    async fn request_watch_progress(&self) -> Result<()> {
        self.progress.send_modify(|asked| *asked += 1);
        Ok(())
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        turn().await;
        Ok(self.current())
    }

    fn enable_resource_size_estimation(&self, keys: KeysFunction) -> Result<()> {
        stats::enable(self, keys)
    }

    fn compact_revision(&self) -> ResourceVersion {
        self.space.compacted()
    }
}

/// Gives others their turn now and then. Nothing in here ever waits: a caller who asks in a loop until something happens
/// would keep it from happening.
async fn turn() {
    tokio::task::coop::consume_budget().await;
}

impl<T> fmt::Debug for Store<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("memory::Store")
            .field("space", &self.space)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
