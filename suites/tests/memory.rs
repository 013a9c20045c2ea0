//! Every case, over the memory store.

use std::sync::Arc;

use storeproof_suites::{
    Backend, Hooks, Opening, Result, conformance,
    fixtures::objects::Pod,
    storeproof::memory::{Space, Store},
};

/// One space for the cases that share, and one for each that does not.
#[derive(Default)]
struct Memory(Space);

impl Backend for Memory {
    type Store = Store<Pod>;

    async fn open(&self, at: &Opening) -> Result<Self::Store> {
        let space = if at.is_exclusive() {
            Space::new()
        } else {
            self.0.clone()
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
            .compaction(|store, at| async move { Ok(store.compact(at)?) })
            .revision_bump(|store| async move { Ok(store.bump_revision()) })
    }
}

conformance!(Memory::default());
