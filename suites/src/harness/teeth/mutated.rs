use std::sync::Arc;

use storeproof_fixtures::{
    fault::LinkFault,
    mutants::{Broken, Mutant},
};

use super::mutated_transformer::MutatedTransformer;
use crate::{
    Result,
    harness::{
        Backend, Capabilities, Capability, Hooks, Opening, Subject, erase, erase_codec,
        erase_provider,
    },
    subject::Memory,
};

/// A mutant as a subject: a store with all hooks, a transformer, or a codec.
pub fn subject(mutant: &'static Mutant) -> Arc<dyn Subject> {
    if let Some(provider) = MutatedTransformer::of(mutant) {
        return erase_provider(provider, erase(Memory::new()));
    }
    if let Some(codec) = mutant.codec() {
        return erase_codec(codec);
    }
    erase(Mutated(mutant))
}

struct Mutated(&'static Mutant);

impl Backend for Mutated {
    type Store = Broken;

    async fn open(&self, at: &Opening) -> Result<Broken> {
        let store = self.0.open(
            at.prefix(),
            at.resource_prefix(),
            at.codec(),
            at.transformer(),
            at.allows_unsafe_deletion(),
            at.leases(),
        )?;
        Ok(if at.breaks_link() || at.breaks_servers() {
            store.behind_a_link()
        } else {
            store
        })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::contract().without(Capability::SharedExpiry)
    }

    fn hooks(&self) -> Hooks<Broken> {
        Hooks::none()
            .raw_bytes(
                |store: Arc<Broken>, key| async move {
                    Ok(store.beneath().raw_get(&key).map(|(bytes, _)| bytes))
                },
                |store: Arc<Broken>, key, bytes| async move {
                    store.beneath().raw_put(&key, bytes);
                    Ok(())
                },
            )
            .raw_transactions(|store: Arc<Broken>, values| async move {
                store.beneath().raw_put_all(values);
                Ok(())
            })
            .compaction(|store: Arc<Broken>, at| async move { Ok(store.beneath().compact(at)?) })
            .revision_bump(|store: Arc<Broken>| async move { Ok(store.beneath().bump_revision()) })
            .requests(|store: Arc<Broken>| store.take_requests())
            .leases(|store: Arc<Broken>, key| async move { Ok(store.lease_of(&key)) })
            .client_link(|store: Arc<Broken>, fault| async move {
                store.suffer_on_the_way(fault);
                Ok(())
            })
            .server_faults(|store: Arc<Broken>, fault| async move {
                store.suffer(fault);
                Ok(())
            })
            .leader_change(|store: Arc<Broken>| async move {
                store.suffer_on_the_way(LinkFault::Cut);
                Ok(())
            })
            .partitions(|store: Arc<Broken>, how| async move {
                store.part(how);
                Ok(())
            })
    }
}
