use std::{sync::Arc, time::Duration};

use super::Space;
use crate::storage::ResourceVersion;

impl Space {
    /// Deletes the key after `ttl`, if it was not written since `revision`.
    ///
    /// That is all a lease is here: any later write has another revision, and so makes the value permanent or gives it
    /// a lease of its own (store §3.6).
    pub(super) fn expire(&self, key: &str, revision: ResourceVersion, ttl: Duration) {
        let space = Arc::downgrade(&self.0);
        let key = key.to_owned();
        let end = tokio::time::sleep(ttl);
        let mut timers = self.0.timers.lock().expect("no holder panics");
        while timers.try_join_next().is_some() {}
        timers.spawn(async move {
            end.await;
            if let Some(inner) = space.upgrade() {
                // A key that was written since is somebody else's now.
                Space(inner).compare_and_delete(&key, revision).ok();
            }
        });
    }
}
