//! Several servers, of which one is used until it fails (backend §1.9).

mod bed;

use bed::DEADLINE;
use storeproof::{
    backend::TransportConfig,
    storage::{GetOptions, Store},
};
use storeproof_fixtures::{
    fault::Relay,
    objects::{key, pod},
};
use tokio::{net::TcpListener, time::timeout};

/// An address where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    format!("http://{address}")
}

#[tokio::test]
async fn a_store_goes_on_with_another_server_and_stays_there() {
    let etcd = bed::etcd().await;
    let mut relays = Vec::new();
    for _ in 0..2 {
        relays.push(
            Relay::to(bed::address(&etcd))
                .await
                .expect("a port is free"),
        );
    }
    let [first, second] = &relays[..] else {
        unreachable!("two were made");
    };
    let url = |relay: &Relay| format!("http://{}", relay.address());
    let servers = [nobody().await, url(first), nobody().await, url(second)];
    let (store, end) = bed::store_over(TransportConfig::of(servers)).await;
    let at = key("ns", "foo");
    let created = store
        .create(&at, &pod("ns", "foo"), None)
        .await
        .expect("it is stored");
    let read = async || {
        let read = timeout(DEADLINE, store.get(&at, &GetOptions::default())).await;
        read.expect("in time").expect("it is read")
    };
    // The other is asked for its version, and no more.
    bed::until("one connection is enough", || {
        second.connections() == 1 && second.open() == 0
    })
    .await;
    assert_eq!((first.connections(), first.open()), (1, 1));

    first.refuse(true);
    first.cut();
    assert_eq!(read().await, Some(created.clone()));
    assert_eq!(second.open(), 1);
    first.refuse(false);
    let before = first.connections();
    for _ in 0..20 {
        assert_eq!(read().await, Some(created.clone()));
    }
    assert_eq!(
        (first.connections(), second.connections()),
        (before, 2),
        "it stays where it is"
    );

    second.refuse(true);
    second.cut();
    assert_eq!(read().await, Some(created));
    assert_eq!(first.open(), 1);
    end.call().await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_store_opens_past_a_server_that_ends_connections_without_a_word() {
    let etcd = bed::etcd().await;
    let mute = Relay::to(bed::address(&etcd))
        .await
        .expect("a port is free");
    mute.refuse(true);
    let servers = [
        format!("http://{}", mute.address()),
        format!("http://{}", bed::address(&etcd)),
    ];
    let opening = bed::store_over(TransportConfig::of(servers));
    let (store, end) = timeout(DEADLINE, opening).await.expect("in time");
    store.current_resource_version().await.expect("it answers");
    end.call().await;
    etcd.stop().await;
}
