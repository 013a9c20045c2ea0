//! Delivering events to one watcher and to ten, while sixteen writers create objects of a kilobyte through the bare
//! client. The floor is the bare watch stream with previous values, as the store asks for it. The clock stops when every
//! watcher has seen every event.

mod bed;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bed::{Bed, ConfigMap, Pair, RESOURCE, encode, full_key, object};
use etcd_client::WatchOptions as BareOptions;
use futures::future::join_all;
use storeproof::storage::{Event, Store, WatchOptions};
use tokio::task::JoinHandle;

const EVENTS: usize = 2_000;
const WRITERS: usize = 16;

fn main() {
    bed::main(|| {
        let bed = Bed::new();
        vec![pair(&bed, 1), pair(&bed, 10)]
    });
}

fn pair(bed: &Arc<Bed>, watchers: usize) -> Pair {
    let (at_floor, at_store) = (Arc::clone(bed), Arc::clone(bed));
    let floor = move |times| repeat(&at_floor, times, watchers, bare_watcher);
    let subject = move |times| repeat(&at_store, times, watchers, watcher);
    let name = if watchers == 1 {
        "watch, 1 watcher".to_owned()
    } else {
        format!("watch, {watchers} watchers")
    };
    Pair::new(name, (EVENTS * watchers) as u64, floor, subject)
}

fn repeat<F>(bed: &Arc<Bed>, times: u64, watchers: usize, start: fn(Arc<Bed>) -> F) -> Duration
where
    F: Future<Output = JoinHandle<()>>,
{
    bed.runtime.block_on(async {
        let mut total = Duration::ZERO;
        for _ in 0..times {
            let mut watching = Vec::new();
            for _ in 0..watchers {
                watching.push(start(Arc::clone(bed)).await);
            }
            let values: Vec<_> = (0..EVENTS).map(|_| fresh(bed)).collect();
            let begun = Instant::now();
            write(bed, values).await;
            for watcher in watching {
                watcher.await.expect("a watcher sees every event");
            }
            total += begun.elapsed();
        }
        total
    })
}

fn fresh(bed: &Bed) -> (String, Vec<u8>) {
    let name = bed.fresh("watch");
    (full_key(&name), encode(&object(&name)))
}

async fn write(bed: &Arc<Bed>, mut values: Vec<(String, Vec<u8>)>) {
    let share = values.len().div_ceil(WRITERS);
    let mut writers = Vec::new();
    while !values.is_empty() {
        let share = values.split_off(values.len().saturating_sub(share));
        let mut kv = bed.kv();
        writers.push(tokio::spawn(async move {
            for (key, value) in share {
                kv.put(key, value, None).await.expect("a put");
            }
        }));
    }
    for writer in join_all(writers).await {
        writer.expect("a writer does not panic");
    }
}

async fn bare_watcher(bed: Arc<Bed>) -> JoinHandle<()> {
    let options = BareOptions::new().with_range(full_key("~")).with_prev_key();
    let mut stream = bed
        .watches()
        .watch(full_key(""), Some(options))
        .await
        .expect("a watch");
    tokio::spawn(async move {
        let mut seen = 0;
        while seen < EVENTS {
            let response = stream.message().await.expect("an answer").expect("events");
            for event in response.events() {
                std::hint::black_box(event);
                seen += 1;
            }
        }
    })
}

async fn watcher(bed: Arc<Bed>) -> JoinHandle<()> {
    let from = bed
        .store
        .current_resource_version()
        .await
        .expect("a version");
    let options = WatchOptions {
        resource_version: from.to_string(),
        ..WatchOptions::<ConfigMap>::default()
    };
    let mut watch = bed.store.watch(RESOURCE, options).await.expect("a watch");
    tokio::spawn(async move {
        for _ in 0..EVENTS {
            let event = watch.next().await.expect("an event");
            assert!(matches!(event, Event::Added(_)), "objects are created");
            std::hint::black_box(event);
        }
    })
}
