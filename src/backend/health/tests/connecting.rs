use tokio::time::{Instant, sleep};

use super::{MOMENT, Ordering, Stub, seconds};

#[tokio::test(start_paused = true)]
async fn until_there_is_a_connection_the_last_failure_is_told_at_once() {
    let etcd = Stub::refusing([
        (seconds(20.0), "no route"),
        (seconds(20.0), "certificate expired"),
        (MOMENT, "refused"),
    ]);
    let check = etcd.check(seconds(2.0)).await;
    let told = async || {
        let asked = Instant::now();
        let error = check.check().await.expect_err("there is no connection");
        assert_eq!(asked.elapsed(), seconds(0.0), "nobody is kept waiting");
        error.to_string()
    };
    // While the first attempt is under way, then while the later ones are.
    assert_eq!(told().await, "etcd client connection not yet established");
    sleep(seconds(20.0)).await;
    let first = "etcd grpc connection not ready: no route";
    assert_eq!(told().await, first);
    sleep(seconds(19.0)).await;
    assert_eq!(told().await, first);
    sleep(seconds(2.0)).await;
    assert_eq!(
        told().await,
        "etcd grpc connection not ready: certificate expired"
    );
    sleep(seconds(1.0) + MOMENT).await;
    assert_eq!(told().await, "etcd grpc connection not ready: refused");
    sleep(seconds(1.0)).await;
    // None of these took the permission to ask etcd.
    check.check().await.expect("it found its way by itself");
    assert_eq!(etcd.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_to_connect_are_a_second_apart_and_end_with_success() {
    let etcd = Stub::refusing([(seconds(0.0), "refused"); 5]);
    let _check = etcd.check(seconds(2.0)).await;
    let attempts = || etcd.0.attempts.load(Ordering::SeqCst);
    for attempt in 1..=6 {
        assert_eq!(attempts(), attempt);
        sleep(seconds(1.0)).await;
    }
    sleep(seconds(60.0)).await;
    assert_eq!(attempts(), 6);
}
