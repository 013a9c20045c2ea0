use std::time::Duration;

use crate::storage::{Error, Object, Result, StorageError};

use super::{Store, request::Outcome};

impl<T: Object> Store<T> {
    /// Store §3.4. A version that is none is as good as no version: it is not stored (QUIRK (f): kept).
    pub(super) async fn create_object(
        &self,
        key: &str,
        object: &T,
        ttl: Option<Duration>,
    ) -> Result<T> {
        let key = self.keys.prepare(key, false)?;
        if object
            .resource_version()
            .is_ok_and(|found| !found.is_unset())
        {
            return Err(Error::ResourceVersionSet);
        }
        let plain = self.values.encode(object)?;
        let lease = self.leases.get(&self.client, ttl).await?;
        let stored = self.values.seal(&key, &plain).await?;
        let write = self.client.put_if(&key, stored, lease, 0, false);
        match self.values.reading_back(&plain, write).await? {
            (Outcome::Done(revision), written) => Ok(self.values.at(written, revision)?),
            (Outcome::Lost(_), _) => Err(StorageError::exists(key).into()),
        }
    }
}
