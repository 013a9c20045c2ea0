use std::sync::Arc;

use bytes::Bytes;

use super::{Space, Store};
use crate::{
    requests::Request,
    storage::{Error, KeySpace, Object, ResourceVersion, Result},
    value::Transformer,
};

/// A key that belongs to no resource.
const UNRELATED: &str = "increaseRV";

/// What suites need beyond the contract: a look at the bytes, and a hand on the server.
impl<T: Object> Store<T> {
    /// The space that holds the values, to open other stores over it.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Where the objects are kept.
    pub fn key_space(&self) -> &KeySpace {
        &self.keys
    }

    /// The stored bytes at a full key, and the version of the write that stored them.
    pub fn raw_get(&self, full_key: &str) -> Option<(Vec<u8>, ResourceVersion)> {
        let (_, found) = self.space.latest(full_key);
        found.map(|found| (found.value.to_vec(), found.revision))
    }

    /// What this store asked its space for since the last call, in the shape of requests to a server. What the methods
    /// here ask is not among it, nor are watches. The first call yields nothing, and begins.
    pub fn take_requests(&self) -> Vec<Request> {
        self.requests.take()
    }

    /// Stores bytes at a full key as they are, for ever.
    pub fn raw_put(&self, full_key: &str, value: impl Into<Bytes>) -> ResourceVersion {
        self.space.put(full_key, value)
    }

    /// Stores bytes at several full keys as they are, for ever, all at one version.
    pub fn raw_put_all(
        &self,
        values: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> ResourceVersion {
        let values = values.into_iter().map(|(key, value)| (key, value.into()));
        self.space.put_all(values)
    }

    /// Deletes a full key; `None` where there is nothing.
    pub fn raw_delete(&self, full_key: &str) -> Option<ResourceVersion> {
        self.space.delete(full_key)
    }

    /// Makes every version before `at` unreadable, `at` itself not. Takes no version, unlike the compaction of an etcd
    /// by the API server, which records it under a key.
    ///
    /// # Errors
    ///
    /// The version lies in the future.
    pub fn compact(&self, at: ResourceVersion) -> Result<()> {
        self.space.compact(at).map_err(Error::other)
    }

    /// Writes a key of no resource, and returns the version that this took.
    pub fn bump_revision(&self) -> ResourceVersion {
        self.space.put(UNRELATED, Bytes::new())
    }

    /// Reads and writes with another transformer from now on; so do the watches that are open.
    pub fn set_transformer(&self, transformer: Arc<dyn Transformer>) {
        self.format.set_transformer(transformer);
    }
}
