//! Writers and watches at the same time: everything is recorded first and judged afterwards.

mod watcher;
mod writer;

use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use bytes::Bytes;
use storeproof_wire::etcdserverpb::WatchCreateRequest;
use tokio::{task::JoinSet, time::Instant};

use crate::{
    Context, Fault, Verdict,
    judge::{self, Breach, Change, History, Told, Watched},
};

/// How many write at the same time, each on a connection of its own.
const WRITERS: usize = 6;

/// How many streams each kind of watcher has.
const STREAMS: usize = 3;

/// The watched half of the keys; the others lie beside it.
const WATCHED: &str = "w/";

/// The last key that is written: watches are read up to it.
const FENCE: &str = "w/~fence";

/// How many transactions there must have been for anything to be said.
const ENOUGH: usize = 600;

/// How long a slow machine may take for them.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is done, and for how long.
pub(crate) struct Plan {
    /// How long the writers write at least.
    pub(crate) length: Duration,
    /// How often progress is requested on every stream, where it is.
    pub(crate) progress: Option<Duration>,
}

/// Writes and watches as planned, and judges what the watches told by every guarantee.
///
/// # Errors
///
/// A guarantee is broken, a write fails, or there was too little to judge.
pub(crate) async fn run(context: &Context, plan: &Plan) -> Verdict {
    let base = context.revision().await?;
    let mut watchers = JoinSet::new();
    for kind in 0..STREAMS {
        let client = context.connect(0).await?;
        let request = request(context, plan, if kind == 0 { 0 } else { base + 1 });
        let order = watcher::Order {
            name: format!("stream {kind}"),
            request,
            progress: plan.progress,
            fence: context.key(FENCE),
            // The last one is cut off again and again and goes on where it was.
            resumes: kind + 1 == STREAMS,
        };
        let mut watcher = watcher::Watcher::open(client, order).await?;
        watchers.spawn(async move { watcher.read().await.map(|()| watcher.watched) });
    }
    let changes = write(context, plan.length).await?;
    let mut watches = Vec::new();
    while let Some(watched) = watchers.join_next().await {
        watches.extend(watched.map_err(|error| Fault::broken("A watcher ended", error))??);
    }
    judged(plan, History::new(changes, watches))
}

/// All changes that the writers made, with the fence as the last.
async fn write(context: &Context, length: Duration) -> Verdict<Vec<Change>> {
    let now = Instant::now();
    let enough = writer::Enough {
        from: now + length,
        until: now + PATIENCE,
        transactions: ENOUGH,
        made: Arc::<AtomicUsize>::default(),
    };
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let client = context.connect(0).await?;
        let places = ["w", "w", "o"].map(|place| context.key(format!("{place}/{number}-")));
        writers.spawn(writer::write(client, places, number, enough.clone()));
    }
    let mut changes = Vec::new();
    while let Some(made) = writers.join_next().await {
        changes.extend(made.map_err(|error| Fault::broken("A writer ended", error))??);
    }
    changes.push(Change {
        revision: context.write(FENCE, "").await?,
        key: context.key(FENCE),
        value: Some(Bytes::new()),
    });
    Ok(changes)
}

fn request(context: &Context, plan: &Plan, start_revision: i64) -> WatchCreateRequest {
    WatchCreateRequest {
        start_revision,
        progress_notify: plan.progress.is_some(),
        ..context.watch_all(WATCHED)
    }
}

fn judged(plan: &Plan, history: History) -> Verdict {
    let progress = |watched: &Watched| {
        let told = watched.told.iter();
        told.filter(|told| matches!(told, Told::Progress(_)))
            .count()
    };
    let changes = history.changes.len();
    let progress: usize = history.watches.iter().map(progress).sum();
    let breaches = judge::breaches(&history);
    if breaches.is_empty() && changes < ENOUGH {
        let reason = format!("{changes} changes in {PATIENCE:?} are too few");
        return Err(Fault::Inconclusive(reason));
    }
    if breaches.is_empty() && plan.progress.is_some() && progress == 0 {
        let reason = "No request for progress was answered while others wrote.".to_owned();
        return Err(Fault::Inconclusive(reason));
    }
    let Some(first) = breaches.first() else {
        return Ok(());
    };
    let observed = breaches.iter().map(|breach| {
        let Breach {
            guarantee,
            why,
            watches,
            ..
        } = breach;
        format!("{guarantee} is broken on {watches} watches, first on {why}")
    });
    let observed = observed.collect::<Vec<_>>().join("; ");
    Err(Fault::failed(
        format!("{} ({})", first.promise, first.guarantee),
        format!("{observed} (of {changes} changes, with {progress} messages about progress)"),
    ))
}
