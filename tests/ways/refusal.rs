use std::time::{Duration, Instant};

use storeproof::backend::TransportConfig;
use tokio::net::TcpListener;

use crate::{PATIENCE, leads_nowhere};

#[tokio::test]
async fn a_server_that_refuses_is_given_the_whole_time_and_named() {
    let defaults = TransportConfig::default();
    assert_eq!(defaults.dial_timeout, Duration::from_secs(20));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nobody = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let begun = Instant::now();
    let told = leads_nowhere(TransportConfig::of([nobody.as_str()])).await;
    assert!(begun.elapsed() >= PATIENCE, "it may have come yet");
    assert!(
        told.starts_with("etcd grpc connection not ready: "),
        "{told}"
    );
    assert!(told.contains(&nobody), "{told}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_the_whole_time_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent = format!("http://{}", listener.local_addr().expect("it is bound"));
    let begun = Instant::now();
    let told = leads_nowhere(TransportConfig::of([silent.as_str()])).await;
    assert!(begun.elapsed() >= PATIENCE, "it may have answered yet");
    assert!(
        told.starts_with("etcd grpc connection not ready: "),
        "{told}"
    );
    assert!(told.contains(&silent), "{told}");
    drop(listener);
}
