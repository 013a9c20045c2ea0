//! Watches that nobody reads take no more than their bound, and nothing from anybody else (backend §5.8, §9.5, row 70).

mod bed;

use bed::{DEADLINE, metrics};
use storeproof::storage::{Event, GetOptions, ResourceVersion, Store, Watch, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, pod};
use tokio::time::timeout;

const SIZE: usize = 50_000;
const OBJECTS: usize = 500;
/// More than share the five mebibytes that HTTP/2 clients commonly allow for all streams of a connection.
const STUCK: usize = 4;
/// What a watch holds: a hundred changes and the answer behind them, and what its stream may send ahead.
const EVENTS: usize = 101;
const WINDOW: usize = 2 << 20;
/// What etcd makes ready to send before it notices that nobody takes it.
const AHEAD: usize = 4;

fn large(number: usize) -> Pod {
    pod("ns", &format!("pod-{number:03}")).annotation("large", &"x".repeat(SIZE))
}

async fn from(store: &impl Store<Pod>, version: ResourceVersion) -> Watch<Pod> {
    let options = WatchOptions {
        resource_version: version.to_string(),
        predicate: everything(),
        ..WatchOptions::default()
    };
    store.watch("/pods/", options).await.expect("it starts")
}

async fn next(watch: &mut Watch<Pod>) -> Option<Event<Pod>> {
    timeout(DEADLINE, watch.next()).await.expect("in time")
}

/// Bytes that etcd has made ready for its clients so far.
async fn sent(address: &str) -> usize {
    let sent = metrics::value(address, "etcd_network_client_grpc_sent_bytes_total").await;
    format!("{sent:.0}").parse().expect("a whole number")
}

#[tokio::test]
async fn watches_that_nobody_reads_hold_a_bounded_part_of_what_happens() {
    let etcd = bed::etcd().await;
    let address = bed::address(&etcd);
    let url = etcd.endpoints().first().expect("one member");
    let (store, end) = bed::store(url).await;
    let (writer, done) = bed::store(url).await;
    let start = writer.current_resource_version().await;
    let start = start.expect("etcd answers");
    let mut stuck = Vec::new();
    for _ in 0..STUCK {
        let mut watch = from(&*store, start).await;
        // It is open at etcd once it has told something.
        let name = format!("opens-{}", stuck.len());
        let opens = pod("ns", &name);
        let opens = writer.create(&key("ns", &name), &opens, None).await;
        opens.expect("it is stored");
        for _ in 0..=stuck.len() {
            next(&mut watch).await.expect("a change");
        }
        stuck.push(watch);
    }
    let before = sent(&address).await;
    for number in 0..OBJECTS {
        let pod = large(number);
        let name = pod.name().to_owned();
        let created = writer.create(&key("ns", &name), &pod, None).await;
        created.expect("it is stored");
    }
    // The connection that they stand on serves others.
    let last = key("ns", &format!("pod-{:03}", OBJECTS - 1));
    let options = GetOptions::default();
    let got = timeout(DEADLINE, store.get(&last, &options)).await;
    got.expect("in time")
        .expect("it is read")
        .expect("it is there");
    let changes = SIZE * 11 / 10;
    let bound = STUCK * (WINDOW + (EVENTS + AHEAD) * changes);
    let sent = sent(&address).await - before;
    assert!(sent <= bound, "{sent} bytes were sent, not {bound}");
    assert!(
        bound < STUCK * OBJECTS * SIZE / 2,
        "the bound says something"
    );

    // Nothing is lost.
    for watch in &mut stuck {
        let mut told = 0;
        while told < OBJECTS {
            let event = next(watch).await;
            let Some(Event::Added(pod)) = event else {
                panic!("a creation, not {event:?}");
            };
            if pod.name().starts_with("pod-") {
                assert_eq!(pod.name(), format!("pod-{told:03}"));
                told += 1;
            }
        }
    }
    end.call().await;
    done.call().await;
    etcd.stop().await;
}
