use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::BoxFuture;

use super::{
    DeleteOptions, GetOptions, ItemsOnError, List, ListOptions, Object, ResourceVersion, Result,
    TryUpdate, UpdateOptions, ValidateDeletion, Watch, WatchOptions,
};

/// Yields the keys that a collection holds, with or without the path prefix.
pub type KeysFunction = Arc<dyn Fn() -> BoxFuture<'static, Result<Vec<String>>> + Send + Sync>;

/// How much a store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// The number of objects below the resource prefix.
    pub object_count: i64,
    /// The mean size of stored values in bytes; zero where it is not estimated.
    pub estimated_average_object_size_bytes: i64,
}

/// The storage contract: what the Kubernetes API server asks of a backend, for objects of one resource.
///
/// Keys are logical: `<resource prefix><namespace>/<name>`. Every operation checks its key before anything else and
/// touches nothing where the key is wrong. Dropping the future of an operation cancels it; a write that was under way
/// may or may not have happened. All reads are linearizable. Sections cited are those of the specification.
#[async_trait]
pub trait Store<T: Object>: Send + Sync {
    /// Stores an object that is not there yet, and returns it as stored (store §3.4).
    ///
    /// `ttl` is how long it lives, in whole seconds; `None` means for ever.
    ///
    /// # Errors
    ///
    /// Exists; resource version set; internal where the value cannot be transformed; anything from the backend as it
    /// is. Never retried after an ambiguous failure.
    async fn create(&self, key: &str, object: &T, ttl: Option<Duration>) -> Result<T>;

    /// The object at the key; `None` only where a missing one is to be ignored.
    ///
    /// # Errors
    ///
    /// Not found; 400 for a version that is none; 504 for one in the future; a corrupt object at the key as it was given
    /// where the store allows unsafe deletion; else internal, or the codec's own, where the value cannot be read.
    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<T>>;

    /// The objects below the key, or at it, at one revision and in key order (store §3.7).
    ///
    /// A request carries no deadline: whoever wants a list by some time drops its future then, and that is how a list is
    /// cancelled. Nothing of it goes on: no value is read any more, and whatever a transformer was waiting for is dropped.
    ///
    /// # Errors
    ///
    /// 400, 410 and 504 of §2.4.4. Where values cannot be read: one 500 that tells of all corrupt objects where the store
    /// allows unsafe deletion, with the objects that can be read; else the first error, internal or the codec's own, with
    /// the objects before it.
    async fn get_list(
        &self,
        key: &str,
        options: &ListOptions<T>,
    ) -> Result<List<T>, ItemsOnError<T>>;

    /// Replaces the object by what `update` makes of it, as often as it takes, and returns it as stored (store §3.6).
    /// Nothing is written where nothing changed.
    ///
    /// # Errors
    ///
    /// Not found, unless ignored; invalid object where preconditions fail; the update's own; internal where a value
    /// cannot be transformed.
    async fn guaranteed_update(
        &self,
        key: &str,
        options: UpdateOptions<T>,
        update: &mut dyn TryUpdate<T>,
    ) -> Result<T>;

    /// Deletes the object and returns its last state with the version of the deletion; `None` where an unreadable one
    /// was deleted (store §3.5).
    ///
    /// # Errors
    ///
    /// Not found; invalid object where preconditions fail; the validation's own; internal where it cannot be read.
    async fn delete(
        &self,
        key: &str,
        options: DeleteOptions<T>,
        validate: &mut dyn ValidateDeletion<T>,
    ) -> Result<Option<T>>;

    /// Changes as they happen, in order, none left out (backend §5).
    ///
    /// # Errors
    ///
    /// Only what is known at once: the key, the version's grammar. All else arrives as one [`Event::Error`].
    ///
    /// [`Event::Error`]: super::Event::Error
    async fn watch(&self, key: &str, options: WatchOptions<T>) -> Result<Watch<T>>;

    /// How much the store holds (store §3.9).
    ///
    /// # Errors
    ///
    /// The backend's.
    async fn stats(&self) -> Result<Stats>;

    /// Whether the store can serve.
    ///
    /// # Errors
    ///
    /// [`Error::NotReady`](super::Error::NotReady).
    fn readiness_check(&self) -> Result<()> {
        Ok(())
    }

    /// Asks the backend to tell its watches how far they are; watches with progress notification get a bookmark.
    ///
    /// # Errors
    ///
    /// The backend's.
    async fn request_watch_progress(&self) -> Result<()>;

    /// The version of the whole store, other resources included. Never unset.
    ///
    /// # Errors
    ///
    /// The backend's.
    async fn current_resource_version(&self) -> Result<ResourceVersion>;

    /// Makes [`Store::stats`] estimate sizes over the keys that `keys` yields. Once per store.
    ///
    /// # Errors
    ///
    /// The second call, and every call to a store that cannot do it.
    fn enable_resource_size_estimation(&self, keys: KeysFunction) -> Result<()>;

    /// The highest version known to be compacted away; unset where none is.
    fn compact_revision(&self) -> ResourceVersion;
}

/// Where it counts, the future of the store itself is handed on: it would be boxed once more otherwise.
#[async_trait]
impl<T: Object, S: Store<T> + ?Sized> Store<T> for Arc<S> {
    fn create<'s, 'k, 'o, 'f>(
        &'s self,
        key: &'k str,
        object: &'o T,
        ttl: Option<Duration>,
    ) -> BoxFuture<'f, Result<T>>
    where
        's: 'f,
        'k: 'f,
        'o: 'f,
        Self: 'f,
    {
        (**self).create(key, object, ttl)
    }

    fn get<'s, 'k, 'o, 'f>(
        &'s self,
        key: &'k str,
        options: &'o GetOptions,
    ) -> BoxFuture<'f, Result<Option<T>>>
    where
        's: 'f,
        'k: 'f,
        'o: 'f,
        Self: 'f,
    {
        (**self).get(key, options)
    }

    fn get_list<'s, 'k, 'o, 'f>(
        &'s self,
        key: &'k str,
        options: &'o ListOptions<T>,
    ) -> BoxFuture<'f, Result<List<T>, ItemsOnError<T>>>
    where
        's: 'f,
        'k: 'f,
        'o: 'f,
        Self: 'f,
    {
        (**self).get_list(key, options)
    }

    fn guaranteed_update<'s, 'k, 'u, 'f>(
        &'s self,
        key: &'k str,
        options: UpdateOptions<T>,
        update: &'u mut dyn TryUpdate<T>,
    ) -> BoxFuture<'f, Result<T>>
    where
        's: 'f,
        'k: 'f,
        'u: 'f,
        Self: 'f,
    {
        (**self).guaranteed_update(key, options, update)
    }

    fn delete<'s, 'k, 'v, 'f>(
        &'s self,
        key: &'k str,
        options: DeleteOptions<T>,
        validate: &'v mut dyn ValidateDeletion<T>,
    ) -> BoxFuture<'f, Result<Option<T>>>
    where
        's: 'f,
        'k: 'f,
        'v: 'f,
        Self: 'f,
    {
        (**self).delete(key, options, validate)
    }

    async fn watch(&self, key: &str, options: WatchOptions<T>) -> Result<Watch<T>> {
        (**self).watch(key, options).await
    }

    async fn stats(&self) -> Result<Stats> {
        (**self).stats().await
    }

    fn readiness_check(&self) -> Result<()> {
        (**self).readiness_check()
    }

    async fn request_watch_progress(&self) -> Result<()> {
        (**self).request_watch_progress().await
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        (**self).current_resource_version().await
    }

    fn enable_resource_size_estimation(&self, keys: KeysFunction) -> Result<()> {
        (**self).enable_resource_size_estimation(keys)
    }

    fn compact_revision(&self) -> ResourceVersion {
        (**self).compact_revision()
    }
}
