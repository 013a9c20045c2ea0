use storeproof::storage::{Object, ResourceVersion, Result, resource_version_too_large};

use crate::{SqliteStore, log};

/// What operators do beneath the contract, and the suites as well.
impl<T: Object> SqliteStore<T> {
    /// The stored bytes of a full key.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn raw_get(&self, full_key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.state(full_key).await?.map(|found| found.value))
    }

    /// Stores bytes at a full key as they are, whatever is there.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn raw_put(&self, full_key: &str, value: Vec<u8>) -> Result<ResourceVersion> {
        let key = full_key.to_owned();
        self.database
            .run(move |connection| {
                let transaction = connection.transaction()?;
                let revision = log::append(&transaction, &key, Some(&value), None)?;
                transaction.commit()?;
                Ok(revision)
            })
            .await
    }

    /// Takes a revision without touching an object.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn bump_revision(&self) -> Result<ResourceVersion> {
        self.raw_put("", Vec::new()).await
    }

    /// Makes every revision before `at` unreadable, and forgets what was replaced long before it.
    ///
    /// # Errors
    ///
    /// 504 where the revision lies in the future; the database's.
    pub async fn compact(&self, at: ResourceVersion) -> Result<()> {
        let compacted = self
            .database
            .run(move |connection| log::compact(connection, at))
            .await?;
        compacted.map_err(|latest| resource_version_too_large(at, latest, 0).into())
    }
}
