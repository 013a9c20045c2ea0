use storeproof::backend::{Config, Error, GroupResource, TransportConfig, factory};
use storeproof_fixtures::{etcd::Etcd, fault::Relay};
use tokio::task::JoinSet;

use crate::{INTERVAL, NEVER, Opened, bed, compacting, knows, record::Record};

/// A server whose connections are counted.
struct Counted {
    etcd: Etcd,
    relay: Relay,
    record: Record,
    url: String,
}

impl Counted {
    async fn start() -> Self {
        let etcd = bed::etcd().await;
        let relay = Relay::to(bed::address(&etcd)).await;
        let relay = relay.expect("a port is free");
        Self {
            record: Record::of(&etcd).await,
            url: format!("http://{}", relay.address()),
            etcd,
            relay,
        }
    }

    async fn has_connections(&self, count: usize) {
        let what = format!("there are {count} connections");
        bed::until(&what, || self.relay.open() == count).await;
    }

    /// Returns once a store knows of a compaction that is yet to come.
    async fn goes_on(&mut self, (store, _): &Opened) {
        let next = self.record.next().await;
        let later = |written: &_| crate::record::Written::claim(written) > next.revision;
        let later = self.record.next_where(later).await;
        knows(store, later.claim()).await;
    }
}

#[tokio::test]
async fn stores_of_one_transport_share_a_compactor_that_ends_with_the_last() {
    let mut server = Counted::start().await;
    let opening = || compacting(&server.url, INTERVAL);
    let (first, second, third) = tokio::join!(opening(), opening(), opening());
    server.has_connections(4).await;
    server.goes_on(&first).await;
    first.1.call().await;
    second.1.call().await;
    server.has_connections(2).await;
    server.goes_on(&third).await;
    third.1.call().await;
    server.has_connections(0).await;

    // What ended is no hindrance to what begins.
    let fourth = compacting(&server.url, INTERVAL).await;
    server.has_connections(2).await;
    server.goes_on(&fourth).await;
    fourth.1.call().await;
    server.has_connections(0).await;
    server.etcd.stop().await;
}

#[tokio::test]
async fn the_shortest_interval_counts_for_as_long_as_the_compactor_lives() {
    let mut server = Counted::start().await;
    let first = compacting(&server.url, NEVER).await;
    let second = compacting(&server.url, INTERVAL).await;
    let third = compacting(&server.url, NEVER).await;
    server.has_connections(4).await;
    for opened in [&first, &second, &third] {
        server.goes_on(opened).await;
    }
    second.1.call().await;
    server.has_connections(3).await;
    server.goes_on(&first).await;
    first.1.call().await;
    third.1.call().await;
    server.has_connections(0).await;
    server.etcd.stop().await;
}

#[tokio::test]
async fn a_store_that_is_destroyed_many_times_counts_once() {
    let mut server = Counted::start().await;
    let stays = compacting(&server.url, INTERVAL).await;
    let (store, end) = compacting(&server.url, INTERVAL).await;
    server.has_connections(3).await;
    let mut callers = JoinSet::new();
    for _ in 0..10 {
        let end = end.clone();
        callers.spawn(async move {
            for _ in 0..10 {
                end.call().await;
            }
        });
    }
    callers.join_all().await;
    drop((store, end));
    server.has_connections(2).await;
    server.goes_on(&stays).await;
    stays.1.call().await;
    server.has_connections(0).await;
    server.etcd.stop().await;
}

#[tokio::test]
async fn a_store_that_is_dropped_takes_its_compactor_along() {
    let mut server = Counted::start().await;
    let (store, end) = compacting(&server.url, INTERVAL).await;
    drop(end);
    let opened = (store, compacting(&server.url, INTERVAL).await.1);
    server.goes_on(&opened).await;
    drop(opened);
    server.has_connections(0).await;
    server.etcd.stop().await;
}

#[tokio::test]
async fn a_store_that_cannot_be_made_wants_no_compactor() {
    let mut server = Counted::start().await;
    let config = Config {
        transport: TransportConfig::of([server.url.as_str()]),
        compaction_interval: INTERVAL,
        ..bed::config("")
    };
    let create = async |prefix| {
        let pods = config.for_resource(GroupResource::core("pods"));
        factory::create(pods, prefix).await
    };
    assert!(matches!(create("pods").await, Err(Error::Key(_))));
    assert_eq!(server.relay.connections(), 0, "nothing was opened for it");
    let opened = create("/pods/").await.expect("it answers");
    assert!(matches!(create("/").await, Err(Error::Key(_))));
    server.has_connections(2).await;
    server.goes_on(&opened).await;
    opened.1.call().await;
    server.has_connections(0).await;
    server.etcd.stop().await;
}
