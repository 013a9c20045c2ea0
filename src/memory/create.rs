use std::time::Duration;

use super::Store;
use crate::storage::{Error, Object, ResourceVersion, Result, StorageError};

/// Store §3.4. A version that is none counts as not set, and is not stored.
pub(super) async fn create<T: Object>(
    store: &Store<T>,
    key: &str,
    object: &T,
    ttl: Option<Duration>,
) -> Result<T> {
    let key = store.keys.prepare(key, false)?;
    if object
        .resource_version()
        .is_ok_and(|version| !version.is_unset())
    {
        return Err(Error::ResourceVersionSet);
    }
    let plain = store.format.encode(object)?;
    let stored = store.format.close(&key, &plain).await?;
    match store.put_if(&key, ResourceVersion::UNSET, stored, ttl, false) {
        Ok(version) => store.format.decode(&plain, version),
        Err(_) => Err(StorageError::exists(key).into()),
    }
}
