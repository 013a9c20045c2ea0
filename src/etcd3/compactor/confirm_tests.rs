use std::{sync::Arc, time::Duration};

use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use super::{
    super::pretence::{Pretence, Trouble},
    Known, confirm,
};
use crate::etcd3::Compacted;

const MOMENT: Duration = Duration::from_millis(1);

struct Doubter {
    etcd: Arc<Pretence>,
    known: Arc<Known>,
    compacted: Arc<Compacted>,
    _task: AbortOnDropHandle<()>,
}

impl Doubter {
    fn new() -> Self {
        let etcd = Arc::new(Pretence::new());
        let compacted = Arc::<Compacted>::default();
        let known = Arc::new(Known::new(Arc::clone(&compacted), "etcd".to_owned()));
        let task = tokio::spawn({
            let (etcd, known) = (Arc::clone(&etcd), Arc::clone(&known));
            async move { confirm(&*etcd, &known).await }
        });
        Self {
            etcd,
            known,
            compacted,
            _task: AbortOnDropHandle::new(task),
        }
    }

    fn compact(&self, revision: i64) {
        self.etcd.state().compactions.push((0, revision));
    }

    async fn knows_after(&self, pause: Duration) -> u64 {
        sleep(pause).await;
        self.compacted.get().get()
    }
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_is_true_is_known_at_once() {
    let doubter = Doubter::new();
    doubter.compact(7);
    doubter.known.hear(Some(b"7"));
    assert_eq!(doubter.knows_after(MOMENT).await, 7);
    // Nothing is asked about what is known.
    doubter.known.hear(Some(b"6"));
    assert_eq!(doubter.knows_after(MOMENT).await, 7);
    assert_eq!(doubter.etcd.state().doubts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_claim_counts_once_it_comes_true() {
    let doubter = Doubter::new();
    doubter.known.hear(Some(b"7"));
    assert_eq!(doubter.knows_after(MOMENT).await, 0);
    doubter.compact(7);
    assert_eq!(doubter.knows_after(Duration::from_millis(100)).await, 7);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_never_comes_true_gives_way_to_the_next_and_costs_little() {
    let doubter = Doubter::new();
    doubter.known.hear(Some(b"1000000"));
    assert_eq!(doubter.knows_after(Duration::from_secs(3600)).await, 0);
    let doubts = doubter.etcd.state().doubts;
    assert!((100..200).contains(&doubts), "{doubts} in an hour");
    doubter.compact(7);
    doubter.known.hear(Some(b"7"));
    assert_eq!(doubter.knows_after(MOMENT).await, 7);
}

#[tokio::test(start_paused = true)]
async fn failures_are_tried_again() {
    let doubter = Doubter::new();
    doubter.etcd.state().troubles.extend([Trouble::Failure]);
    doubter.compact(7);
    doubter.known.hear(Some(b"7"));
    assert_eq!(doubter.knows_after(MOMENT).await, 0);
    assert_eq!(doubter.knows_after(Duration::from_millis(100)).await, 7);
}

#[tokio::test(start_paused = true)]
async fn of_claims_that_say_nothing_nothing_is_asked() {
    let doubter = Doubter::new();
    for claim in [b"0".as_slice(), b"1", b"-7"] {
        doubter.known.hear(Some(claim));
        assert_eq!(doubter.knows_after(MOMENT).await, 0);
    }
    assert_eq!(doubter.etcd.state().doubts, 0);
}
