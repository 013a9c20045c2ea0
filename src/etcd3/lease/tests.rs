use std::{convert::Infallible, sync::Arc, time::Duration};

use tokio::{
    sync::oneshot,
    task::yield_now,
    time::{advance, timeout},
};

use super::{Leases, whole_seconds};
use crate::storage::LeaseManagerConfig;

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(1);

fn leases(reuse_seconds: u64, max_object_count: i64) -> Leases {
    Leases::new(&LeaseManagerConfig {
        reuse_duration: Duration::from_secs(reuse_seconds),
        max_object_count,
    })
}

/// The lease that is handed out; `id` where it is a new one, which runs for so many seconds.
async fn get(leases: &Leases, ttl: Duration, id: i64) -> (i64, Option<i64>) {
    let mut granted = None;
    let grant = async |seconds| {
        granted = Some(seconds);
        Ok::<_, Infallible>(id)
    };
    let handed_out = leases.lease(ttl, grant).await;
    (handed_out.expect("it is granted"), granted)
}

#[test]
fn extra_time_is_a_twentieth_and_bounded() {
    let leases = Leases::new(&LeaseManagerConfig::default());
    for (ttl, extra) in [(3600, 60), (1000, 50), (20, 1), (19, 0)] {
        let found = leases.extra(Duration::from_secs(ttl));
        assert_eq!(found, Duration::from_secs(extra), "{ttl}");
    }
    assert_eq!(whole_seconds(MOMENT), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_lease_runs_for_the_extra_time_too() {
    let leases = leases(60, 1000);
    assert_eq!(get(&leases, HOUR, 1).await, (1, Some(3660)));
    advance(MOMENT).await;
    assert_eq!(get(&leases, HOUR, 2).await, (1, None));
}

#[tokio::test(start_paused = true)]
async fn both_ends_of_the_window_lie_outside() {
    let leases = leases(60, 1000);
    get(&leases, HOUR, 1).await;
    // Now it would run exactly the extra time too long.
    assert_eq!(get(&leases, HOUR, 2).await, (2, Some(3660)));
    advance(Duration::from_secs(60) - MOMENT).await;
    assert_eq!(get(&leases, HOUR, 3).await, (2, None));
    advance(MOMENT).await;
    // Now it would end at the very moment that is asked for.
    assert_eq!(get(&leases, HOUR, 4).await, (4, Some(3660)));
}

#[tokio::test(start_paused = true)]
async fn a_short_time_to_live_shares_nothing() {
    let leases = leases(60, 1000);
    let short = Duration::from_secs(19);
    assert_eq!(get(&leases, short, 1).await, (1, Some(19)));
    advance(MOMENT).await;
    assert_eq!(get(&leases, short, 2).await, (2, Some(19)));
}

#[tokio::test(start_paused = true)]
async fn without_reuse_nothing_is_shared() {
    let leases = leases(0, 1000);
    assert_eq!(get(&leases, HOUR, 1).await, (1, Some(3600)));
    advance(MOMENT).await;
    assert_eq!(get(&leases, HOUR, 2).await, (2, Some(3600)));
}

#[tokio::test(start_paused = true)]
async fn a_full_lease_is_shared_no_more() {
    let leases = leases(60, 2);
    let ttl = Duration::from_secs(120);
    let mut handed_out = Vec::new();
    for id in 1..=5 {
        handed_out.push(get(&leases, ttl, id).await.0);
        advance(MOMENT).await;
    }
    assert_eq!(handed_out, [1, 1, 3, 3, 5]);
}

#[tokio::test(start_paused = true)]
async fn no_count_means_a_thousand() {
    for none in [0, -1] {
        let leases = leases(60, none);
        get(&leases, HOUR, 1).await;
        advance(MOMENT).await;
        for _ in 2..=1000 {
            assert_eq!(get(&leases, HOUR, 2).await, (1, None));
        }
        assert_eq!(get(&leases, HOUR, 2).await, (2, Some(3660)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_grant_counts_and_changes_nothing_else() {
    let leases = leases(60, 3);
    get(&leases, HOUR, 1).await;
    advance(MOMENT).await;
    let failed = leases.lease(2 * HOUR, async |_| Err("no leader")).await;
    assert_eq!(failed, Err("no leader"));
    assert_eq!(get(&leases, HOUR, 2).await, (1, None), "the third request");
    assert_eq!(get(&leases, HOUR, 3).await.0, 3, "the fourth one");
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_during_a_grant_waits_and_shares_it() {
    let leases = Arc::new(leases(60, 1000));
    let (granting, is_granting) = oneshot::channel();
    let (answer, answered) = oneshot::channel();
    let first = tokio::spawn({
        let leases = Arc::clone(&leases);
        async move {
            let grant = async |_| {
                granting.send(()).expect("the test waits for it");
                answered.await
            };
            leases.lease(HOUR, grant).await
        }
    });
    is_granting.await.expect("the first one is granted");
    let second = tokio::spawn(async move { get(&leases, HOUR, 2).await });
    yield_now().await;
    advance(MOMENT).await;
    assert!(!second.is_finished(), "it waits");
    answer.send(1).expect("the grant waits for it");
    let within = |task| timeout(HOUR, task);
    assert_eq!(
        within(first).await.expect("in time").expect("no panic"),
        Ok(1)
    );
    let second = timeout(HOUR, second).await.expect("in time");
    assert_eq!(second.expect("no panic"), (1, None));
}
