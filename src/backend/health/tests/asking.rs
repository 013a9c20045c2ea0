use futures::future::join_all;
use tokio::time::{Instant, sleep};

use super::{Duration, HealthCheck, MOMENT, Ordering, Stub, seconds};

const DOWN: &str = "etcd down";

/// So many callers at once, and what all of them are told.
async fn told(check: &HealthCheck, callers: usize) -> Option<String> {
    let all = join_all((0..callers).map(|_| check.check())).await;
    let all: Vec<Option<String>> = all
        .into_iter()
        .map(|verdict| verdict.err().map(|error| error.to_string()))
        .collect();
    assert!(all.iter().all(|each| *each == all[0]), "{all:?}");
    all.into_iter().next().expect("somebody asked")
}

#[tokio::test(start_paused = true)]
async fn etcd_may_take_as_long_as_the_timeout() {
    for (timeout, answer_takes, is_healthy) in [
        (0.0, 1.0, true),
        (5.0, 3.0, true),
        (0.0, 3.0, false),
        (3.0, 5.0, false),
    ] {
        let etcd = Stub::answering([(seconds(answer_takes), Ok(()))]);
        let check = etcd.check(seconds(timeout)).await;
        let asked = Instant::now();
        let verdict = check.check().await;
        assert_eq!(verdict.is_ok(), is_healthy, "{timeout}, {answer_takes}");
        if let Err(error) = verdict {
            assert!(error.is_timeout());
            let allowed = if timeout == 0.0 { 2.0 } else { timeout };
            assert_eq!(asked.elapsed(), seconds(allowed));
            let told = format!("error getting data from etcd: no answer within {allowed}s");
            assert_eq!(error.to_string(), told);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_hundred_callers_one_asks_etcd_in_half_a_timeout() {
    for answer in [Ok(()), Err(DOWN)] {
        let etcd = Stub::answering([(MOMENT, answer)]);
        let check = etcd.check(seconds(5.0)).await;
        let first = told(&check, 1).await;
        assert_eq!(first.is_none(), answer.is_ok());
        assert_eq!(told(&check, 100).await, first);
        assert_eq!(etcd.asked(), 1);
        sleep(seconds(2.5)).await;
        assert_eq!(told(&check, 100).await, first);
        assert_eq!(etcd.asked(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_during_the_very_first_probe_shares_it() {
    for answer in [Ok(()), Err(DOWN)] {
        let etcd = Stub::answering([(seconds(1.0), answer)]);
        let check = etcd.check(seconds(5.0)).await;
        let verdict = told(&check, 100).await;
        assert_eq!(verdict.is_none(), answer.is_ok(), "{verdict:?}");
        assert_eq!(etcd.asked(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_failure_does_not_overtake_a_success_that_started_later() {
    let etcd = Stub::answering([(seconds(3.33), Err(DOWN)), (MOMENT, Ok(()))]);
    let check = etcd.check(seconds(5.0)).await;
    let slow = tokio::spawn({
        let check = check.clone();
        async move { check.check().await }
    });
    sleep(seconds(2.5)).await;
    check.check().await.expect("it reaches etcd, which answers");
    assert_eq!(etcd.asked(), 2);
    let failure = slow.await.expect("no panic").expect_err("its own answer");
    assert_eq!(
        failure.to_string(),
        "error getting data from etcd: etcd answered without etcd down"
    );
    check.check().await.expect("the probe that started last");
    assert_eq!(etcd.asked(), 2, "nobody was asked");
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_reused_for_half_a_timeout_and_no_longer() {
    let etcd = Stub::answering([(MOMENT, Ok(())), (MOMENT, Err(DOWN))]);
    let check = etcd.check(seconds(5.0)).await;
    let begun = Instant::now();
    assert_eq!(told(&check, 1).await, None);
    sleep(seconds(2.5) - begun.elapsed() - MOMENT).await;
    assert_eq!(told(&check, 1).await, None, "of the first answer");
    sleep(MOMENT).await;
    assert!(told(&check, 1).await.is_some(), "of a second one");
    // However long nobody asks, only one question more is free.
    sleep(Duration::from_secs(3600)).await;
    told(&check, 100).await;
    told(&check, 1).await;
    assert_eq!(etcd.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_probe_ends_in_its_own_time_though_its_caller_is_gone() {
    let etcd = Stub::answering([(seconds(3.0), Ok(()))]);
    let check = etcd.check(seconds(5.0)).await;
    let caller = tokio::time::timeout(seconds(1.0), check.check()).await;
    caller.expect_err("it gave up");
    sleep(seconds(1.0)).await;
    assert_eq!(etcd.0.answered.load(Ordering::SeqCst), 0);
    // The first verdict is waited for, and is that of the probe nobody waited for.
    check.check().await.expect("etcd answered");
    assert_eq!(etcd.asked(), 1);
    assert_eq!(etcd.0.answered.load(Ordering::SeqCst), 1);

    let silent = Stub::answering([(Duration::from_secs(3600), Ok(()))]);
    let check = silent.check(seconds(5.0)).await;
    let asked = Instant::now();
    let caller = tokio::time::timeout(seconds(1.0), check.check()).await;
    caller.expect_err("it gave up");
    let verdict = check.check().await.expect_err("nobody answered");
    assert!(verdict.is_timeout());
    assert_eq!((silent.asked(), asked.elapsed()), (1, seconds(5.0)));
}
