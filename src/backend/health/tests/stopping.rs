use tokio::time::{Instant, sleep};

use super::{HealthCheck, HealthError, Ordering, Stub, seconds};

async fn is_shutting_down(check: &HealthCheck) {
    let error = check.check().await.expect_err("it was stopped");
    assert!(matches!(error, HealthError::ShuttingDown));
    assert_eq!(error.to_string(), "server is shutting down");
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_probes_and_closes_the_connection_once() {
    let etcd = Stub::answering([(seconds(1.0), Ok(()))]);
    let check = etcd.check(seconds(2.0)).await;
    let probe = tokio::spawn({
        let check = check.clone();
        async move { check.check().await }
    });
    sleep(seconds(0.5)).await;
    let begun = Instant::now();
    tokio::join!(check.stop(), check.stop());
    assert_eq!(begun.elapsed(), seconds(0.5));
    assert_eq!(etcd.0.answered.load(Ordering::SeqCst), 1);
    assert_eq!(etcd.0.closed.load(Ordering::SeqCst), 1);
    probe.await.expect("no panic").expect("its own answer");
    is_shutting_down(&check).await;
    check.stop().await;
    assert_eq!(etcd.0.closed.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_there_is_a_connection_gives_up_the_attempt() {
    let etcd = Stub::refusing([(seconds(20.0), "no route")]);
    let check = etcd.check(seconds(2.0)).await;
    let begun = Instant::now();
    check.stop().await;
    assert_eq!(begun.elapsed(), seconds(0.0));
    is_shutting_down(&check).await;
    sleep(seconds(60.0)).await;
    let count = |count: &std::sync::atomic::AtomicUsize| count.load(Ordering::SeqCst);
    assert_eq!((count(&etcd.0.attempts), count(&etcd.0.abandoned)), (1, 1));
    assert_eq!((count(&etcd.0.connected), count(&etcd.0.closed)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_last_clone_takes_the_connection_along() {
    let etcd = Stub::answering([(seconds(0.0), Ok(()))]);
    let check = etcd.check(seconds(2.0)).await;
    let other = check.clone();
    drop(check);
    other.check().await.expect("one is left");
    drop(other);
    sleep(seconds(0.1)).await;
    assert_eq!(etcd.0.closed.load(Ordering::SeqCst), 1);
}
