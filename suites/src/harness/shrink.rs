use std::{fmt::Debug, future::Future, time::Instant};

use super::{candidates::Candidates, deadline};

/// Makes a failing sequence smaller: first as proptest can, then by leaving out operations, in parts and at last
/// one after another, until nothing changes any more. `fails` plays a sequence on a fresh store. Ends after [`deadline::SHRINK`] with the best so
/// far.
pub(super) async fn shrink<O, F, Fut>(
    failing: Vec<O>,
    candidates: &Candidates<O>,
    mut fails: F,
) -> Vec<O>
where
    O: Clone + Debug + Send + 'static,
    F: FnMut(Vec<O>) -> Fut,
    Fut: Future<Output = bool>,
{
    let until = Instant::now() + deadline::SHRINK;
    let mut best = failing;
    let mut candidate = candidates.simpler().await;
    while let Some(sequence) = candidate.filter(|_| Instant::now() < until) {
        candidate = if fails(sequence.clone()).await {
            best = sequence;
            candidates.simpler().await
        } else {
            candidates.less_simple().await
        };
    }
    leave_out(best, until, fails).await
}

async fn leave_out<O, F, Fut>(mut best: Vec<O>, until: Instant, mut fails: F) -> Vec<O>
where
    O: Clone,
    F: FnMut(Vec<O>) -> Fut,
    Fut: Future<Output = bool>,
{
    // First in large parts: of a long sequence few operations matter.
    let mut size = best.len() / 2;
    loop {
        let (before, part) = (best.len(), size.max(1));
        let mut at = best.len();
        while at > 0 && Instant::now() < until {
            at = at.saturating_sub(part);
            let mut candidate = best.clone();
            candidate.drain(at..best.len().min(at + part));
            if fails(candidate.clone()).await {
                best = candidate;
            }
        }
        let is_done = part == 1 && best.len() == before;
        if is_done || Instant::now() >= until {
            return best;
        }
        size = part / 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::any};

    use super::{super::candidates::Candidates, shrink};

    #[tokio::test]
    async fn only_the_guilty_operations_are_left() {
        let fails = |sequence: &[u8]| {
            let first = sequence.iter().position(|operation| *operation > 200);
            first.is_some_and(|first| sequence[first..].iter().any(|operation| *operation < 5))
        };
        let candidates = Candidates::new(7, || vec(any::<u8>(), 0..80));
        let mut found = 0;
        for _ in 0..100 {
            let sequence = candidates.another().await.expect("a plain strategy");
            if fails(&sequence) {
                found += 1;
                let judge = |sequence: Vec<u8>| std::future::ready(fails(&sequence));
                assert_eq!(shrink(sequence, &candidates, judge).await, [201, 0]);
            }
        }
        assert!(found > 3, "{found} failing sequences");
    }
}
