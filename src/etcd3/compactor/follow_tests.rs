use std::{sync::Arc, time::Duration};

use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use super::{
    super::pretence::{Pretence, Trouble},
    Known, follow,
};

const MOMENT: Duration = Duration::from_millis(1);

/// Somebody who follows the record, and what was heard last.
struct Follower {
    etcd: Arc<Pretence>,
    known: Arc<Known>,
    _task: AbortOnDropHandle<()>,
}

impl Follower {
    fn of(etcd: Pretence) -> Self {
        let etcd = Arc::new(etcd);
        let known = Arc::new(Known::new(Arc::default(), "etcd".to_owned()));
        let task = tokio::spawn({
            let (etcd, known) = (Arc::clone(&etcd), Arc::clone(&known));
            async move { follow(&*etcd, &known).await }
        });
        Self {
            etcd,
            known,
            _task: AbortOnDropHandle::new(task),
        }
    }

    async fn heard(&self) -> i64 {
        sleep(MOMENT).await;
        *self.known.claims().borrow()
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_record_says_and_will_say_is_heard() {
    let etcd = Pretence::new();
    etcd.record("7");
    let follower = Follower::of(etcd);
    assert_eq!(follower.heard().await, 7);
    follower.etcd.record("9");
    assert_eq!(follower.heard().await, 9);
    assert_eq!(follower.etcd.state().looks, 1);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_is_deleted_or_garbled_is_followed_all_the_same() {
    let follower = Follower::of(Pretence::new());
    assert_eq!(follower.heard().await, 0);
    follower.etcd.record("7");
    follower.etcd.forget();
    follower.etcd.record("garbled");
    assert_eq!(follower.heard().await, 7);
    follower.etcd.record("9");
    assert_eq!(follower.heard().await, 9);
    assert_eq!(follower.etcd.state().looks, 1, "over the same watch");
}

#[tokio::test(start_paused = true)]
async fn after_a_watch_that_ended_comes_another_one_and_nothing_is_missed() {
    let follower = Follower::of(Pretence::new());
    assert_eq!(follower.heard().await, 0);
    follower.etcd.cut();
    follower.etcd.record("7");
    assert_eq!(follower.heard().await, 0, "not within the second");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(follower.heard().await, 7);
    follower.etcd.record("9");
    assert_eq!(follower.heard().await, 9);
    assert_eq!(follower.etcd.state().looks, 2);
}

#[tokio::test(start_paused = true)]
async fn failures_are_tried_again_after_a_second_and_silence_is_one() {
    for (trouble, lasts) in [(Trouble::Failure, 0), (Trouble::Silence, 10)] {
        let etcd = Pretence::new();
        etcd.record("7");
        // Of the look, then of the watch.
        etcd.state()
            .troubles
            .extend([trouble, Trouble::None, trouble]);
        let follower = Follower::of(etcd);
        assert_eq!(follower.heard().await, 0);
        sleep(Duration::from_secs(1 + lasts)).await;
        assert_eq!(follower.heard().await, 7, "of the second look");
        sleep(Duration::from_secs(1 + lasts)).await;
        follower.etcd.record("9");
        assert_eq!(follower.heard().await, 9);
        assert_eq!(follower.etcd.state().looks, 3);
    }
}
