//! One compactor for all stores of the same servers (backend §1.14).

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::Mutex as TurnTaking,
};

use crate::etcd3::{Client, Compacted, Compactor};

use super::{Error, TransportConfig, transport};

/// Every compactor of this process, and how many stores want it.
static COMPACTIONS: Mutex<Vec<Slot>> = Mutex::new(Vec::new());

struct Slot {
    compaction: Arc<Compaction>,
    wanted_by: usize,
}

/// The compactor of one transport on one runtime, which its connection and its task are bound to.
struct Compaction {
    transport: TransportConfig,
    runtime: runtime::Id,
    compacted: Arc<Compacted>,
    /// Held while the compactor is started: whoever comes meanwhile waits, and shares it.
    starting: TurnTaking<()>,
    compactor: Mutex<Option<Arc<Compactor>>>,
}

/// One store's wish that history be compacted. Given back when released or dropped; with the last wish the compactor ends.
pub(super) struct Share {
    compaction: Arc<Compaction>,
    given_back: AtomicBool,
}

/// Sees to it that the history of these servers is compacted at least once in an interval; `None` where the interval is
/// zero, which asks for nothing.
///
/// Transports are the same where servers (in this order), files, egress and tracer are. Servers that two different transports
/// share get two compactors, which take turns like those of two processes. Of several intervals the shortest counts, for
/// as long as the compactor lives.
///
/// # Errors
///
/// No server can be reached. Compactors that were there before go on as they were.
pub(super) async fn share(
    transport: &TransportConfig,
    interval: Duration,
) -> Result<Option<Share>, Error> {
    if interval.is_zero() {
        return Ok(None);
    }
    let share = Share::of(transport);
    share.compaction.run(interval).await?;
    Ok(Some(share))
}

impl Share {
    fn of(transport: &TransportConfig) -> Self {
        let runtime = Handle::current().id();
        let mut slots = lock(&COMPACTIONS);
        let known = slots
            .iter_mut()
            .find(|slot| slot.compaction.is_for(transport, runtime));
        let compaction = if let Some(slot) = known {
            slot.wanted_by += 1;
            Arc::clone(&slot.compaction)
        } else {
            let compaction = Arc::new(Compaction {
                transport: transport.clone(),
                runtime,
                compacted: Arc::default(),
                starting: TurnTaking::default(),
                compactor: Mutex::default(),
            });
            slots.push(Slot {
                compaction: Arc::clone(&compaction),
                wanted_by: 1,
            });
            compaction
        };
        Self {
            compaction,
            given_back: AtomicBool::new(false),
        }
    }

    /// What is known of compactions of these servers.
    pub(super) fn compacted(&self) -> Arc<Compacted> {
        Arc::clone(&self.compaction.compacted)
    }

    /// Gives the wish back, once however often it is called. Where it was the last one every call returns when the
    /// compactor is gone.
    pub(super) async fn release(&self) {
        self.give_back();
        let compactor = lock(&self.compaction.compactor).clone();
        if let Some(compactor) = compactor {
            compactor.ended().await;
        }
    }

    fn give_back(&self) {
        if self.given_back.swap(true, Ordering::SeqCst) {
            return;
        }
        let mut slots = lock(&COMPACTIONS);
        let position = slots
            .iter()
            .position(|slot| Arc::ptr_eq(&slot.compaction, &self.compaction));
        let Some(slot) = position.and_then(|position| slots.get_mut(position)) else {
            return;
        };
        slot.wanted_by -= 1;
        if slot.wanted_by > 0 {
            return;
        }
        slots.retain(|slot| slot.wanted_by > 0);
        drop(slots);
        if let Some(compactor) = &*lock(&self.compaction.compactor) {
            compactor.stop();
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Compaction {
    fn is_for(&self, transport: &TransportConfig, runtime: runtime::Id) -> bool {
        self.runtime == runtime && self.transport.is_same(transport)
    }

    async fn run(&self, interval: Duration) -> Result<(), Error> {
        let _turn = self.starting.lock().await;
        if let Some(compactor) = &*lock(&self.compactor) {
            compactor.hasten(interval);
            return Ok(());
        }
        let channel = transport::connect(&self.transport).await?;
        let client = Client::sharing(channel, Arc::clone(&self.compacted)).await?;
        let servers = self.transport.server_list.join(", ");
        let compactor = Compactor::start(client, servers, interval);
        *lock(&self.compactor) = Some(Arc::new(compactor));
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
