use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, sleep_until},
};

use super::{
    super::{
        Known,
        pretence::{Pretence, Trouble},
    },
    Clock, Rounds, compact,
};
use crate::etcd3::Compacted;

const MINUTE: Duration = Duration::from_secs(60);

fn clock(version: i64, revision: i64) -> Clock {
    Clock { version, revision }
}

/// Rounds that go on as long as the set lives, and what they know.
fn go_on(
    servers: &mut JoinSet<()>,
    etcd: &Arc<Pretence>,
    interval: &watch::Sender<Duration>,
) -> Arc<Compacted> {
    let compacted = Arc::<Compacted>::default();
    let known = Arc::new(Known::new(Arc::clone(&compacted), "etcd".to_owned()));
    servers.spawn(Rounds::new(Arc::clone(etcd), known, interval.subscribe()).run());
    compacted
}

#[tokio::test(start_paused = true)]
async fn of_two_at_the_same_time_one_compacts_and_the_other_learns_the_time() {
    let etcd = Pretence::new();
    let first = compact(&etcd, clock(0, 1)).await;
    assert_eq!((first.clock, first.compacted), (clock(1, 2), Some(1)));
    let second = compact(&etcd, clock(0, 2)).await;
    assert_eq!((second.clock, second.compacted), (clock(1, 2), None));
    assert_eq!(second.theirs.as_deref(), Some(b"1".as_slice()));
    let third = compact(&etcd, second.clock).await;
    assert_eq!((third.clock, third.compacted), (clock(2, 3), Some(2)));
    assert!(first.failure.is_none() && second.failure.is_none() && third.failure.is_none());
}

#[tokio::test(start_paused = true)]
async fn the_very_first_round_of_all_compacts_nothing() {
    let etcd = Pretence::new();
    let round = compact(&etcd, Clock::default()).await;
    assert_eq!((round.clock, round.compacted), (clock(1, 2), None));
    assert_eq!(etcd.state().record, Some((1, b"0".to_vec())));
    assert_eq!(etcd.state().compactions, []);
}

#[tokio::test(start_paused = true)]
async fn where_the_record_is_gone_time_begins_again() {
    let etcd = Pretence::new();
    let before = compact(&etcd, clock(0, 1)).await;
    etcd.forget();
    let lost = compact(&etcd, before.clock).await;
    assert_eq!((lost.clock, lost.compacted), (clock(0, 3), None));
    assert_eq!(lost.theirs, None);
    let next = compact(&etcd, lost.clock).await;
    assert_eq!((next.clock, next.compacted), (clock(1, 4), Some(3)));
}

#[tokio::test(start_paused = true)]
async fn a_garbled_record_costs_one_round() {
    let etcd = Pretence::new();
    etcd.record("garbled");
    let lost = compact(&etcd, Clock::default()).await;
    assert_eq!((lost.clock, lost.compacted), (clock(1, 2), None));
    let next = compact(&etcd, lost.clock).await;
    assert_eq!((next.clock, next.compacted), (clock(2, 3), Some(2)));
    assert_eq!(etcd.state().record, Some((2, b"2".to_vec())));
}

#[tokio::test(start_paused = true)]
async fn a_round_that_gets_no_answer_changes_nothing() {
    for trouble in [Trouble::Failure, Trouble::Silence] {
        let etcd = Pretence::new();
        etcd.state().troubles.push_back(trouble);
        let round = compact(&etcd, clock(4, 7)).await;
        assert_eq!((round.clock, round.compacted), (clock(4, 7), None));
        assert!(round.failure.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn time_goes_on_where_the_compaction_fails() {
    for trouble in [Trouble::Failure, Trouble::Silence] {
        let etcd = Pretence::new();
        etcd.state().troubles.extend([Trouble::None, trouble]);
        let round = compact(&etcd, clock(0, 1)).await;
        assert_eq!((round.clock, round.compacted), (clock(1, 2), None));
        assert!(round.failure.is_some());
        let next = compact(&etcd, round.clock).await;
        assert_eq!((next.clock, next.compacted), (clock(2, 3), Some(2)));
    }
}

#[tokio::test(start_paused = true)]
async fn each_round_compacts_what_was_the_present_in_the_one_before() {
    let etcd = Arc::new(Pretence::new());
    let mut servers = JoinSet::new();
    let interval = watch::Sender::new(MINUTE);
    let compacted = go_on(&mut servers, &etcd, &interval);
    let known = || i64::try_from(compacted.get().get()).expect("a revision");

    sleep(Duration::from_secs(59)).await;
    assert_eq!(etcd.state().claims, 0, "nothing happens at the start");
    sleep(Duration::from_secs(2)).await;
    assert_eq!((etcd.state().claims, known()), (1, 0));
    let first = etcd.write();
    sleep(MINUTE).await;
    assert_eq!((etcd.state().claims, known()), (2, first - 1));
    let second = etcd.write();
    sleep(MINUTE).await;
    assert_eq!(known(), first + 1);
    sleep(MINUTE).await;
    assert_eq!(known(), second + 1);
}

#[tokio::test(start_paused = true)]
async fn however_many_there_are_they_compact_once_an_interval_and_keep_one() {
    let etcd = Arc::new(Pretence::new());
    let mut servers = JoinSet::new();
    let interval = watch::Sender::new(MINUTE);
    // Each begins at another moment.
    for _ in 0..5 {
        go_on(&mut servers, &etcd, &interval);
        sleep(Duration::from_secs(7)).await;
    }
    for _ in 0..20 * MINUTE.as_secs() {
        etcd.write();
        sleep(Duration::from_secs(1)).await;
    }
    let state = etcd.state();
    assert!(state.compactions.len() >= 15, "{:?}", state.compactions);
    for pair in state.compactions.windows(2) {
        let gap = pair[1].0 - pair[0].0;
        assert!((60..120).contains(&gap), "{:?}", state.compactions);
    }
    for (when, revision) in &state.compactions {
        let age = when - state.written[usize::try_from(*revision).expect("a revision")];
        assert!((60..120).contains(&age), "{revision} was {age} s old");
    }
}

#[tokio::test(start_paused = true)]
async fn another_one_takes_over_when_the_winner_dies() {
    let etcd = Arc::new(Pretence::new());
    let (mut dies, mut lives) = (JoinSet::new(), JoinSet::new());
    let interval = watch::Sender::new(MINUTE);
    go_on(&mut dies, &etcd, &interval);
    sleep(Duration::from_secs(30)).await;
    go_on(&mut lives, &etcd, &interval);
    sleep(10 * MINUTE).await;
    let last = etcd.state().compactions.last().copied().expect("some");
    assert_eq!(last.0 % 60, 0, "the first one wins all rounds");
    dies.shutdown().await;
    sleep(2 * MINUTE).await;
    let next = etcd.state().compactions.last().copied().expect("some");
    assert!(next.1 > last.1, "history is compacted further");
    assert!((60..120).contains(&(next.0 - last.0)), "{last:?}, {next:?}");
}

#[tokio::test(start_paused = true)]
async fn a_shorter_interval_counts_from_when_it_is_set_and_is_waited_for_whole() {
    let etcd = Arc::new(Pretence::new());
    let mut servers = JoinSet::new();
    let interval = watch::Sender::new(5 * MINUTE);
    go_on(&mut servers, &etcd, &interval);
    let begun = tokio::time::Instant::now();
    sleep(Duration::from_secs(90)).await;
    interval.send_replace(MINUTE);
    sleep_until(begun + Duration::from_secs(149)).await;
    assert_eq!(etcd.state().claims, 0);
    sleep_until(begun + Duration::from_secs(151)).await;
    assert_eq!(etcd.state().claims, 1);
    sleep(MINUTE).await;
    assert_eq!(etcd.state().claims, 2);
}
