//! Delivering events to one watcher, to ten and to a hundred, while sixteen writers create objects of a kilobyte through
//! the bare client. The clock stops when every watcher has seen every event.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use storeproof::storage::Event;
use tokio::task::JoinHandle;

use super::bed::{Bed, Pair, bare_watch, fresh_value, own_watch, write_all};

const WRITERS: usize = 16;

/// Which watches are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Floor,
    Store,
}

pub(super) fn pairs(bed: &Arc<Bed>) -> Vec<Pair> {
    vec![
        pair(bed, "watch, 1 watcher", 1, 6_000),
        pair(bed, "watch, 10 watchers", 10, 6_000),
        pair(bed, "watch, 100 watchers", 100, 1_500),
    ]
}

fn pair(bed: &Arc<Bed>, name: &str, watchers: usize, events: usize) -> Pair {
    let repeat = |side| {
        let bed = Arc::clone(bed);
        move |times: u64| -> Duration {
            let deliver = |_| deliver(&bed, side, watchers, events);
            (0..times).map(deliver).sum()
        }
    };
    let elements = (events * watchers) as u64;
    Pair::new(
        name,
        1.11,
        elements,
        repeat(Side::Floor),
        repeat(Side::Store),
    )
}

/// How long it takes to write so many objects and to tell every watcher of each.
pub(super) fn deliver(bed: &Arc<Bed>, side: Side, watchers: usize, events: usize) -> Duration {
    bed.runtime.block_on(async {
        let mut watching = Vec::new();
        for _ in 0..watchers {
            watching.push(match side {
                Side::Floor => bare_watcher(bed, events).await,
                Side::Store => watcher(bed, events).await,
            });
        }
        let values = (0..events).map(|_| fresh_value(bed)).collect();
        let begun = Instant::now();
        write_all(bed, values, WRITERS).await;
        for watcher in watching {
            watcher.await.expect("a watcher sees every event");
        }
        begun.elapsed()
    })
}

async fn bare_watcher(bed: &Bed, events: usize) -> JoinHandle<()> {
    let mut stream = bare_watch(bed).await;
    tokio::spawn(async move {
        let mut seen = 0;
        while seen < events {
            let response = stream.message().await.expect("an answer").expect("events");
            for event in response.events() {
                std::hint::black_box(event);
                seen += 1;
            }
        }
    })
}

async fn watcher(bed: &Bed, events: usize) -> JoinHandle<()> {
    let mut watch = own_watch(bed).await;
    tokio::spawn(async move {
        for _ in 0..events {
            let event = watch.next().await.expect("an event");
            assert!(matches!(event, Event::Added(_)), "objects are created");
            std::hint::black_box(event);
        }
    })
}
