use storeproof::memory::{self, Space};
use storeproof_fixtures::objects::Pod;

use crate::{Backend, Capabilities, Capability, Hooks, Opening, Result};

/// The memory store with everything it can do. Cases share one space, as they would share a server; those that need
/// a backend of their own share another one.
#[derive(Clone, Debug)]
pub struct Memory {
    shared: Space,
    exclusive: Space,
}

impl Memory {
    /// Two empty spaces.
    pub fn new() -> Self {
        Self {
            shared: Space::new(),
            exclusive: Space::new(),
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Backend for Memory {
    type Store = memory::Store<Pod>;

    async fn open(&self, at: &Opening) -> Result<Self::Store> {
        let space = if at.is_exclusive() {
            &self.exclusive
        } else {
            &self.shared
        };
        let keys = at.key_space().clone();
        let store = memory::Store::new(space.clone(), keys, at.codec(), at.transformer())
            .of_resource(at.group_resource())
            .allow_unsafe_deletion(at.allows_unsafe_deletion());
        Ok(store)
    }

    /// A lease is the time of one object here.
    fn capabilities(&self) -> Capabilities {
        Capabilities::contract().without(Capability::SharedExpiry)
    }

    fn has_spare(&self) -> bool {
        true
    }

    fn hooks(&self) -> Hooks<Self::Store> {
        Hooks::<Self::Store>::none()
            .raw_bytes(
                |store, key| async move { Ok(store.raw_get(&key).map(|(bytes, _)| bytes)) },
                |store, key, bytes| async move {
                    store.raw_put(&key, bytes);
                    Ok(())
                },
            )
            .raw_transactions(|store, values| async move {
                store.raw_put_all(values);
                Ok(())
            })
            .compaction(|store, at| async move { Ok(store.compact(at)?) })
            .revision_bump(|store| async move { Ok(store.bump_revision()) })
            .requests(|store| store.take_requests())
    }
}
