//! How soon an event is there: one object is written at a time, through the bare client, and one watcher waits for it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{
    bed::{Bed, Pair, bare_watch, fresh_value, own_watch, quantile},
    rate::Side,
};

/// Both sides take turns of so many writes.
const TURN: u64 = 100;
const TURNS: usize = 20;

/// From sending the write to the event: the acknowledgement may come after it, so that there is no ratio from there.
pub(super) fn pair(bed: &Arc<Bed>) -> Pair {
    let total = |side| {
        let bed = Arc::clone(bed);
        move |times: u64| -> Duration {
            let seen = sample(&bed, side, times);
            seen.iter().map(|seen| seen.sent).sum()
        }
    };
    Pair::new(
        "watch, write to event",
        1.11,
        1,
        total(Side::Floor),
        total(Side::Store),
    )
}

/// A table of the time from the acknowledgement of a write to its event; below zero where the event came first.
pub(super) fn print(bed: &Arc<Bed>) {
    println!("acknowledged write to event, µs          p50        p99");
    let mut seen = [Vec::new(), Vec::new()];
    for turn in 0..TURNS * 2 {
        let side = [Side::Floor, Side::Store][turn % 2];
        let sample = sample(bed, side, TURN);
        seen[turn % 2].extend(sample.into_iter().map(|seen| seen.acknowledged));
    }
    for (name, mut seen) in ["floor", "storeproof"].into_iter().zip(seen) {
        seen.sort_by(f64::total_cmp);
        println!(
            "{name:<34} {:>10.0} {:>10.0}",
            quantile(&seen, 0.5),
            quantile(&seen, 0.99)
        );
    }
}

/// When the event was there.
struct Seen {
    /// After the write was sent.
    sent: Duration,
    /// After it was acknowledged, in microseconds.
    acknowledged: f64,
}

fn sample(bed: &Arc<Bed>, side: Side, times: u64) -> Vec<Seen> {
    let writing = Arc::clone(bed);
    let written = bed.runtime.spawn(async move {
        let mut events = arrivals(&writing, side).await;
        let mut kv = writing.kv();
        let mut seen = Vec::new();
        for _ in 0..times {
            let (key, value) = fresh_value(&writing);
            let sent = Instant::now();
            kv.put(key, value, None).await.expect("a put");
            let acknowledged = Instant::now();
            let arrived = events.recv().await.expect("an event");
            let after = arrived
                .saturating_duration_since(acknowledged)
                .as_secs_f64();
            let before = acknowledged
                .saturating_duration_since(arrived)
                .as_secs_f64();
            seen.push(Seen {
                sent: arrived - sent,
                acknowledged: (after - before) * 1e6,
            });
        }
        seen
    });
    bed.runtime
        .block_on(written)
        .expect("every write is told of")
}

/// When each event arrives, from now on.
async fn arrivals(bed: &Bed, side: Side) -> UnboundedReceiver<Instant> {
    let (arrived, arrivals) = unbounded_channel();
    match side {
        Side::Floor => {
            let mut stream = bare_watch(bed).await;
            tokio::spawn(async move {
                while let Ok(Some(response)) = stream.message().await {
                    let now = Instant::now();
                    if !response.events().iter().all(|_| arrived.send(now).is_ok()) {
                        break;
                    }
                }
            });
        }
        Side::Store => {
            let mut watch = own_watch(bed).await;
            tokio::spawn(async move {
                while watch.next().await.is_some() && arrived.send(Instant::now()).is_ok() {}
            });
        }
    }
    arrivals
}
