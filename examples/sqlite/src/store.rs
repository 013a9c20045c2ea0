use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use storeproof::{
    codec::Codec,
    storage::{
        DeleteOptions, Error, Format, GetOptions, GroupResource, ItemsOnError, KeySpace,
        KeysFunction, List, ListOptions, Object, ResourceVersion, Result, Stats, StorageError,
        Store, TryUpdate, UpdateOptions, ValidateDeletion, Watch, WatchOptions,
        resource_version_too_large,
    },
    value::Transformer,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    Database, delete, expiry, list,
    log::{self, Entry, Marks},
    range::Range,
    update, watch as watching,
};

/// The contract over a [`Database`], for the objects of one resource. Several stores may share a database.
pub struct SqliteStore<T> {
    pub(crate) database: Database,
    pub(crate) keys: KeySpace,
    pub(crate) format: Arc<Format<T>>,
    pub(crate) resource: GroupResource,
    /// How often progress was asked for: each watch of this store answers.
    pub(crate) progress: watch::Sender<u64>,
    /// Open watches. They end with the store.
    pub(crate) watches: Mutex<JoinSet<()>>,
}

impl<T: Object> SqliteStore<T> {
    /// A store that keeps the objects of a resource below the prefixes of `keys`, as codec and transformer write them.
    /// Corrupt objects can be deleted unseen where that is allowed.
    pub fn new(
        database: Database,
        keys: KeySpace,
        resource: GroupResource,
        codec: Arc<dyn Codec<T>>,
        transformer: Arc<dyn Transformer>,
        allows_unsafe_deletion: bool,
    ) -> Self {
        Self {
            database,
            keys,
            format: Arc::new(Format::new(codec, transformer).marking(allows_unsafe_deletion)),
            resource,
            progress: watch::Sender::new(0),
            watches: Mutex::default(),
        }
    }

    /// What is at a full key now.
    pub(crate) async fn state(&self, key: &str) -> Result<Option<Entry>> {
        let key = key.to_owned();
        self.database
            .run(move |connection| log::state(connection, &key))
            .await
    }

    /// Stores bytes, or deletes the key where there are none, if it was last written at `expected`; else answers with what
    /// is there.
    pub(crate) async fn replace(
        &self,
        key: &str,
        expected: ResourceVersion,
        value: Option<impl AsRef<[u8]> + Send + 'static>,
        ttl: Option<Duration>,
    ) -> Result<Result<ResourceVersion, Option<Entry>>> {
        let key = key.to_owned();
        self.database
            .run(move |connection| {
                let value = value.as_ref().map(AsRef::as_ref);
                log::replace(connection, &key, expected, value, expiry::end_of(ttl))
            })
            .await
    }
}

#[async_trait]
impl<T: Object> Store<T> for SqliteStore<T> {
    async fn create(&self, key: &str, object: &T, ttl: Option<Duration>) -> Result<T> {
        update::create(self, key, object, ttl).await
    }

    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<T>> {
        let full_key = self.keys.prepare(key, false)?;
        let wanted = options.not_older_than()?;
        let asked = full_key.clone();
        let (Marks { latest, .. }, found) = self
            .database
            .run(move |connection| Ok((log::marks(connection)?, log::state(connection, &asked)?)))
            .await?;
        if wanted > latest {
            return Err(resource_version_too_large(wanted, latest, 0).into());
        }
        match found {
            Some(Entry {
                value, revision, ..
            }) => {
                let object = self.format.read(&full_key, value.into(), revision).await;
                object.map(Some).map_err(|error| error.or_corrupt_at(key))
            }
            None if options.ignore_not_found => Ok(None),
            None => Err(StorageError::not_found(full_key).into()),
        }
    }

    async fn get_list(
        &self,
        key: &str,
        options: &ListOptions<T>,
    ) -> Result<List<T>, ItemsOnError<T>> {
        list::get_list(self, key, options).await
    }

    async fn guaranteed_update(
        &self,
        key: &str,
        options: UpdateOptions<T>,
        update: &mut dyn TryUpdate<T>,
    ) -> Result<T> {
        update::guaranteed_update(self, key, options, update).await
    }

    async fn delete(
        &self,
        key: &str,
        options: DeleteOptions<T>,
        validate: &mut dyn ValidateDeletion<T>,
    ) -> Result<Option<T>> {
        delete::delete(self, key, options, validate).await
    }

    async fn watch(&self, key: &str, options: WatchOptions<T>) -> Result<Watch<T>> {
        watching::watch(self, key, options).await
    }

    async fn stats(&self) -> Result<Stats> {
        let all = self.keys.prepare(self.keys.resource_prefix(), true)?;
        let count = self.database.run(move |connection| {
            let latest = log::marks(connection)?.latest;
            log::count(connection, &Range::of(&all, true), latest)
        });
        Ok(Stats {
            object_count: count.await?,
            ..Stats::default()
        })
    }

    async fn request_watch_progress(&self) -> Result<()> {
        self.progress.send_modify(|asked| *asked += 1);
        Ok(())
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        let marks = self
            .database
            .run(|connection| log::marks(connection))
            .await?;
        Ok(marks.latest)
    }

    fn enable_resource_size_estimation(&self, _keys: KeysFunction) -> Result<()> {
        Err(Error::Plain("this store estimates no sizes".to_owned()))
    }

    fn compact_revision(&self) -> ResourceVersion {
        self.database.marks().borrow().compacted
    }
}
