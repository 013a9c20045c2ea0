//! How long a client waits for a server: before there is one, and when it falls silent (backend §1.1, §1.9).
//!
//! The clock is tokio's, and stands still while anything else can happen: nothing here takes the time that it is about.

mod bed;

use std::{
    future::pending,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures::FutureExt;
use http::Response;
use storeproof::{
    backend::{Config, Connection, Dial, GroupResource, TransportConfig, factory},
    storage::Store,
};
use storeproof_fixtures::objects::{Pod, key, pod};
use tokio::{io::DuplexStream, time::Instant};
use tokio_util::task::TaskTracker;

fn over(dial: Dial) -> TransportConfig {
    TransportConfig {
        egress_lookup: Some(Arc::new(move |_| Ok(Some(Arc::clone(&dial))))),
        ..TransportConfig::of(["http://etcd.example:2379", "http://other.example:2379"])
    }
}

/// What is said of a way that leads to no store.
async fn refused(transport: TransportConfig) -> String {
    let config = Config::<Pod> {
        transport,
        ..bed::config("")
    };
    let pods = config.for_resource(GroupResource::core("pods"));
    match factory::create(pods, "/pods/").await {
        Ok(_) => panic!("it connects"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reaches_nobody_gives_up_after_twenty_seconds_and_says_why() {
    let dial: Dial = Arc::new(|server| {
        async move {
            let kind = io::ErrorKind::ConnectionRefused;
            Err(io::Error::new(kind, format!("nobody at {server}")))
        }
        .boxed()
    });
    let begun = Instant::now();
    let text = refused(over(dial)).await;
    assert_eq!(begun.elapsed().as_secs(), 20);
    let told = ["etcd", "other"].map(|host| {
        format!("etcd grpc connection not ready: http://{host}.example:2379: nobody at {host}.example:2379")
    });
    assert!(told.contains(&text), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_and_never_says_a_word_is_given_as_long_and_named() {
    let silent = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&silent);
    let dial: Dial = Arc::new(move |_| {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        kept.lock().expect("nobody panics with it").push(theirs);
        async move { Ok(Box::new(ours) as Box<dyn Connection>) }.boxed()
    });
    let begun = Instant::now();
    let error = refused(over(dial)).await;
    assert_eq!(begun.elapsed().as_secs(), 20);
    for words in [
        "etcd grpc connection not ready: ",
        "http://etcd.example:2379",
    ] {
        assert!(error.contains(words), "{words} in {error}");
    }
    let spoken_to = silent.lock().expect("nobody panics with it").len();
    assert!(spoken_to > 0, "somebody was asked");
}

/// Answers the first call with a refusal, which is an answer, and nothing ever after, pings least of all.
async fn fall_silent(stream: DuplexStream) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(stream).await?;
    if let Some(accepted) = connection.accept().await {
        let (_request, mut respond) = accepted?;
        let unimplemented = Response::builder()
            .header("content-type", "application/grpc")
            .header("grpc-status", "12")
            .body(())
            .expect("it is well formed");
        respond.send_response(unimplemented, true)?;
    }
    // The answer is sent while the next call comes in.
    let _next = connection.accept().await;
    pending::<()>().await;
    drop::<h2::server::Connection<DuplexStream, Bytes>>(connection);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_given_up_ten_seconds_after_a_ping() {
    let servers = TaskTracker::new();
    let spawner = servers.clone();
    let dial: Dial = Arc::new(move |_| {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        spawner.spawn(fall_silent(theirs));
        async move { Ok(Box::new(ours) as Box<dyn Connection>) }.boxed()
    });
    let (store, end) = bed::store_over(over(dial)).await;
    let begun = Instant::now();
    let created = store
        .create(&key("ns", "foo"), &pod("ns", "foo"), None)
        .await;
    let error = created.expect_err("nobody answers").to_string();
    let waited = begun.elapsed();
    let expected = Duration::from_secs(40)..Duration::from_secs(41);
    assert!(expected.contains(&waited), "{waited:?}");
    assert!(error.contains("timed out"), "{error}");
    end.call().await;
}
