use crate::{
    requests::Request,
    storage::{Error, Object, ResourceVersion, Result},
};

use super::{ErrorKind, Store, version};

/// Tools for tests and operators: what lies beneath the contract. Keys are full keys, path prefix included, and are not
/// checked; values are the bytes that etcd holds.
impl<T: Object> Store<T> {
    /// The stored bytes at a full key and the revision of their last write; `None` where there is no such key.
    ///
    /// # Errors
    ///
    /// etcd's.
    pub async fn raw_get(&self, full_key: &str) -> Result<Option<(Vec<u8>, i64)>> {
        let answer = self.client.peek(full_key).await?;
        Ok(answer.found.map(|found| (found.value, found.mod_revision)))
    }

    /// The lease that a full key hangs on; `None` where it hangs on none, or where there is no such key.
    ///
    /// # Errors
    ///
    /// etcd's.
    pub async fn lease_of(&self, full_key: &str) -> Result<Option<i64>> {
        let answer = self.client.peek(full_key).await?;
        let lease = answer.found.map(|found| found.lease);
        Ok(lease.filter(|lease| *lease != 0))
    }

    /// What this store sent to etcd since the last call: reads as often as they were sent, and conditional writes. What
    /// the methods here send is not among it, nor are watches. The first call yields nothing, and begins.
    pub fn take_requests(&self) -> Vec<Request> {
        self.client.requests.take()
    }

    /// Writes bytes at a full key, whatever is there. Returns the revision of the write.
    ///
    /// # Errors
    ///
    /// etcd's.
    pub async fn raw_put(&self, full_key: &str, value: Vec<u8>) -> Result<ResourceVersion> {
        Ok(version(self.client.put(full_key, value).await?))
    }

    /// Writes bytes at several full keys, whatever is there, in one transaction. Returns the revision that all of them
    /// share.
    ///
    /// # Errors
    ///
    /// etcd's: among them that a key is named twice, or that there are more than 128.
    pub async fn raw_put_all(
        &self,
        values: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<ResourceVersion> {
        Ok(version(self.client.put_all(values).await?))
    }

    /// Compacts the whole etcd, other resources included. Once it returns, reads below `revision` fail and those at it
    /// do not. Writes nothing, so that no revision is used up.
    ///
    /// # Errors
    ///
    /// etcd's: among them that the revision lies in the future. Compacting again what is compacted is none.
    pub async fn compact(&self, revision: ResourceVersion) -> Result<()> {
        let revision = i64::try_from(revision.get()).map_err(|_| {
            Error::Plain(format!("etcd cannot have reached the revision {revision}"))
        })?;
        match self.client.compact(revision).await {
            Err(error) if error.kind() != ErrorKind::Compacted => Err(error.into()),
            _ => {
                self.client.compacted.note(revision);
                Ok(())
            }
        }
    }

    /// Raises the revision of the whole store by a write that no resource sees, to the key `increaseRV` below the path
    /// prefix. Returns the new revision.
    ///
    /// # Errors
    ///
    /// etcd's.
    pub async fn bump_revision(&self) -> Result<ResourceVersion> {
        let key = format!("{}increaseRV", self.keys.path_prefix());
        Ok(version(self.client.put(&key, b"ok".to_vec()).await?))
    }
}
