use std::collections::HashSet;

use super::hand::{AT, Hand};
use crate::{
    case,
    harness::{Capability, Case, Context, Keys, Verdict, expect_that},
};

pub(super) const CASES: &[Case] = &[
    case!(
        values_outlive_their_process,
        "What one process stored is read by another one with the same keys, and is not stale there.",
        "backend/7.1"
    )
    .needs(&[Capability::JudgedTransformer]),
    case!(
        a_restart_repeats_nothing,
        "A process that is started again stores values in another way than the one before it.",
        "backend/7.5 backend/9/95"
    )
    .needs(&[Capability::JudgedTransformer, Capability::Variation]),
];

async fn values_outlive_their_process(context: &Context) -> Verdict {
    let plain = b"pandas are the best";
    let first = Hand::first(context).await?;
    let stored = first.write(AT, plain).await?;
    let second = Hand::first(context).await?;
    second.expect_stale(AT, &stored, plain, false).await?;
    let theirs = second.write(AT, plain).await?;
    first.expect_stale(AT, &theirs, plain, false).await?;
    drop((first, second));
    let third = Hand::first(context).await?;
    third.expect_stale(AT, &stored, plain, false).await?;
    third.expect_stale(AT, &theirs, plain, false).await
}

async fn a_restart_repeats_nothing(context: &Context) -> Verdict {
    let mut seen = HashSet::new();
    for _ in 0..4 {
        let hand = Hand::with(context, Keys::of(1)).await?;
        for _ in 0..4 {
            let stored = hand.write(AT, b"pandas are the best").await?;
            expect_that(
                seen.insert(stored),
                "no two of these equal values are stored in the same way",
                "this one is stored as one of another process was",
            )?;
        }
    }
    Ok(())
}
