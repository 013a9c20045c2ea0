//! What cases do beneath a store, through the hooks of its backend. Trouble with a hook is never blamed on the store.

use storeproof::{
    requests::Request,
    storage::{ContinueToken, ResourceVersion},
};

use super::{Context, Fault, Verdict};

impl Context {
    /// Compacts history at a version, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn compact(&self, at: ResourceVersion) -> Verdict {
        self.trace().note(format!("compact at {at}"));
        let hook = self.hooks().compaction.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("compaction", "it is not declared"))?;
        hook(at)
            .await
            .map_err(|error| Fault::hook("compaction", error))
    }

    /// Advances the version of the whole store, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn bump(&self) -> Verdict<ResourceVersion> {
        let hook = self.hooks().revision_bump.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("a revision bump", "it is not declared"))?;
        let at = hook(())
            .await
            .map_err(|error| Fault::hook("a revision bump", error))?;
        self.trace().note(format!("bump the revision → {at}"));
        Ok(at)
    }

    /// The stored bytes at a logical key, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn raw_get(&self, key: &str) -> Verdict<Option<Vec<u8>>> {
        let hook = self.hooks().raw_get.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("raw bytes", "it is not declared"))?;
        let full = self.full_key(key)?;
        hook(full)
            .await
            .map_err(|error| Fault::hook("raw bytes", error))
    }

    /// Replaces the stored bytes at a logical key, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn raw_put(&self, key: &str, bytes: Vec<u8>) -> Verdict {
        self.raw_put_full(self.full_key(key)?, bytes).await
    }

    /// Stores bytes at a path below the store's path prefix that need not belong to its resource, through the hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn raw_put_beside(&self, path: &str, bytes: Vec<u8>) -> Verdict {
        let full = format!("{}{path}", self.opening().prefix());
        self.raw_put_full(full, bytes).await
    }

    /// Replaces the stored bytes at several logical keys in one version, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn raw_put_all(&self, values: Vec<(String, Vec<u8>)>) -> Verdict {
        let mut full = Vec::with_capacity(values.len());
        for (key, bytes) in values {
            full.push((self.full_key(&key)?, bytes));
        }
        let keys: Vec<_> = full.iter().map(|(key, _)| key.as_str()).collect();
        self.trace().note(format!(
            "put raw bytes in one version at {}",
            keys.join(", ")
        ));
        let hook = self.hooks().raw_put_all.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("raw transactions", "it is not declared"))?;
        hook(full)
            .await
            .map_err(|error| Fault::hook("raw transactions", error))
    }

    async fn raw_put_full(&self, full: String, bytes: Vec<u8>) -> Verdict {
        self.trace()
            .note(format!("put {} raw bytes at {full}", bytes.len()));
        let hook = self.hooks().raw_put.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("raw bytes", "it is not declared"))?;
        hook((full, bytes))
            .await
            .map_err(|error| Fault::hook("raw bytes", error))
    }

    /// What the store sent to its server since the last call, through the backend's hook. The first call yields nothing.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn requests(&self) -> Verdict<Vec<Request>> {
        let hook = self.hooks().requests.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("requests", "it is not declared"))?;
        hook(())
            .await
            .map_err(|error| Fault::hook("requests", error))
    }

    /// The lease that the object at a logical key hangs on, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn lease_of(&self, key: &str) -> Verdict<Option<i64>> {
        let hook = self.hooks().lease.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("leases", "it is not declared"))?;
        hook(self.full_key(key)?)
            .await
            .map_err(|error| Fault::hook("leases", error))
    }

    /// The full key of a logical key.
    ///
    /// # Errors
    ///
    /// Broken where the case itself made a key that no store accepts.
    pub fn full_key(&self, key: &str) -> Verdict<String> {
        self.opening()
            .full_key(key)
            .map_err(|error| Fault::Broken(format!("The case made a bad key: {error}")))
    }

    /// The full prefix of everything below a logical key, from slash to slash: what continue tokens are relative to.
    ///
    /// # Errors
    ///
    /// Broken where the case itself made a key that no store accepts.
    pub fn full_prefix(&self, key: &str) -> Verdict<String> {
        self.opening()
            .key_space()
            .prepare(key, true)
            .map_err(|error| Fault::Broken(format!("The case made a bad key: {error}")))
    }

    /// The continue token for a page that begins at `start`, relative to the list at `key`.
    ///
    /// # Errors
    ///
    /// Broken where the case itself made a key that no store accepts.
    pub fn token(&self, key: &str, start: &str, revision: i64) -> Verdict<String> {
        let prefix = self.full_prefix(key)?;
        ContinueToken::encode(format!("{prefix}{start}"), &prefix, revision)
            .map_err(|error| Fault::Broken(format!("The case made a bad token: {error}")))
    }
}
