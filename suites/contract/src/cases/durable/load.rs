use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{CompactionRequest, LeaseGrantRequest};
use tokio::{sync::mpsc, task::JoinSet};
use tonic::Code;

use crate::{
    Client, Context, Fault, Owned, Verdict,
    breaking::{heal, kill},
    shape,
};

/// How many write at the same time.
const WRITERS: usize = 8;

/// After how many acknowledged writes the server is killed: no round number, while more are on their way.
const ENOUGH: usize = 307;

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mix {
    /// Keys that did not exist.
    Creations,
    /// These, deletions of them, leases, and compactions.
    Everything,
}

/// What a server acknowledged.
#[derive(Default)]
pub(super) struct Acknowledged {
    /// The revision of each key's last acknowledged change, and whether that was a write.
    pub(super) writes: BTreeMap<Bytes, (i64, bool)>,
    /// The leases that were granted.
    pub(super) leases: Vec<i64>,
    /// The revision up to which history was compacted.
    pub(super) compacted: i64,
}

/// Writes until enough is acknowledged, kills the server meanwhile and starts it again.
pub(super) async fn killed_under_load(
    context: &Context,
    owned: &dyn Owned,
    mix: Mix,
) -> Verdict<Acknowledged> {
    let (progress, mut acknowledged) = mpsc::unbounded_channel();
    let latest = Arc::<AtomicI64>::default();
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let client = context.connect(0).await?;
        let place = context.key(format!("{number}/"));
        writers.spawn(write(
            client,
            place,
            mix,
            progress.clone(),
            Arc::clone(&latest),
        ));
    }
    drop(progress);
    for _ in 0..ENOUGH {
        let goes_on = acknowledged.recv().await.is_some();
        if !goes_on || writers.try_join_next().is_some() {
            let expected = "writes succeed until the server is killed";
            return Err(Fault::failed(expected, "one fails"));
        }
    }
    kill(owned, 0).await?;
    let mut all = Acknowledged::default();
    while let Some(ended) = writers.join_next().await {
        let one = ended.map_err(|error| Fault::broken("A writer ended", error))?;
        all.writes.extend(one.writes);
        all.leases.extend(one.leases);
        all.compacted = all.compacted.max(one.compacted);
    }
    heal(owned).await?;
    Ok(all)
}

/// Changes keys of its own until a request fails, and returns what was acknowledged. A change that failed may have happened:
/// its key is left out.
async fn write(
    client: Client,
    place: Bytes,
    mix: Mix,
    progress: mpsc::UnboundedSender<()>,
    latest: Arc<AtomicI64>,
) -> Acknowledged {
    let mut all = Acknowledged::default();
    for number in 0.. {
        let key: Bytes = [&place[..], number.to_string().as_bytes()].concat().into();
        let Ok(answer) = client.txn(shape::create(&key, "1")).await else {
            return all;
        };
        let mut at = answer.header.map_or(0, |header| header.revision);
        latest.fetch_max(at, Ordering::Relaxed);
        all.writes.insert(key.clone(), (at, true));
        // Nobody counts any more once the server is killed.
        let _ = progress.send(());
        if mix == Mix::Creations {
            continue;
        }
        if number % 3 == 0 {
            all.writes.remove(&key);
            let Ok(answer) = client.txn(shape::remove(&key, at)).await else {
                return all;
            };
            at = answer.header.map_or(0, |header| header.revision);
            all.writes.insert(key, (at, false));
        }
        if number % 5 == 0 {
            let request = LeaseGrantRequest { ttl: 7200, id: 0 };
            let Ok(lease) = client.grant(request).await else {
                return all;
            };
            all.leases.push(lease.id);
        }
        if number % 7 == 0 {
            let revision = latest.load(Ordering::Relaxed);
            let request = CompactionRequest {
                revision,
                physical: false,
            };
            // Another writer may have compacted further meanwhile.
            match client.compact(request).await {
                Ok(_) => all.compacted = revision,
                Err(status) if status.code() == Code::OutOfRange => {}
                Err(_) => return all,
            }
        }
    }
    all
}
