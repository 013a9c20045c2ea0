//! Every case over the memory store. Cases share one space as they would share a server; those that compact or count
//! versions get one of their own.

use std::sync::Arc;

use storeproof_suites::{
    Backend, Hooks, Opening, Result, conformance,
    fixtures::objects::Pod,
    storeproof::memory::{Space, Store},
};

struct Memory {
    shared: Space,
}

impl Backend for Memory {
    type Store = Store<Pod>;

    async fn open(&self, at: &Opening) -> Result<Self::Store> {
        let space = if at.is_exclusive() {
            Space::new()
        } else {
            self.shared.clone()
        };
        let keys = at.key_space().clone();
        Ok(Store::new(space, keys, at.codec(), at.transformer()))
    }

    fn hooks(&self) -> Hooks<Self::Store> {
        Hooks::none()
            .raw_bytes(
                |store: Arc<Self::Store>, key| async move {
                    Ok(store.raw_get(&key).map(|(bytes, _)| bytes))
                },
                |store: Arc<Self::Store>, key, bytes| async move {
                    store.raw_put(&key, bytes);
                    Ok(())
                },
            )
            .compaction(|store: Arc<Self::Store>, at| async move { Ok(store.compact(at)?) })
            .revision_bump(|store: Arc<Self::Store>| async move { Ok(store.bump_revision()) })
    }
}

conformance!(Memory {
    shared: Space::new(),
});
