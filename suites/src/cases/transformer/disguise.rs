//! Values that were changed so that they might pass for something else.

use super::{
    hand::{AT, Hand},
    tamper::replaced,
    value::many,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_that},
};

pub(super) const CASES: &[Case] = &[
    case!(
        nothing_is_taken_for_an_older_form,
        "A value that was changed so that it could be one of another cipher, which authenticates nothing, is refused.",
        "backend/9/81 backend/7.13.4"
    )
    .needs(NEEDS),
    case!(
        long_values_are_whole,
        "A long value that was cut is refused, also where a piece of it ends in which it may have been encrypted.",
        "backend/7.13.5 backend/9/84"
    )
    .needs(NEEDS),
    case!(
        damage_is_no_outage,
        "A value that was changed is damaged, and not merely out of reach: a store may let it be deleted.",
        "backend/7.13.4 backend/9/84"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer, Capability::Authentication];

/// With nonce and tag these values are whole blocks, of which each byte of the last one but one pads the last one: among all
/// that it can be, one is right.
async fn nothing_is_taken_for_an_older_form(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    for length in [4, 20, 100] {
        let plain = many(length);
        let stored = hand.write(AT, &plain).await?;
        let place = stored.len().saturating_sub(17);
        let byte = stored.get(place).copied().unwrap_or_default();
        for mask in 1..=255 {
            let changed = replaced(&stored, place, byte ^ mask);
            let what = || format!("what has {:#04x} for {byte:#04x} at {place}", byte ^ mask);
            hand.expect_noticed(AT, changed, &plain, what).await?;
        }
    }
    Ok(())
}

/// Whoever encrypts a value in pieces takes pieces of a size like these, and adds a few bytes to each.
async fn long_values_are_whole(context: &Context) -> Verdict {
    const PIECES: [usize; 6] = [256, 512, 1024, 4096, 8192, 16384];
    let hand = Hand::first(context).await?;
    let plain = many(40_000);
    let stored = hand.write(AT, &plain).await?;
    for piece in PIECES {
        for length in piece..piece + 128 {
            let what = || format!("what was cut to the first {length} bytes");
            hand.expect_refused(AT, stored.slice(..length), what)
                .await?;
        }
    }
    hand.expect_stale(AT, &stored, &plain, false).await
}

async fn damage_is_no_outage(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let stored = hand.write(AT, &many(1001)).await?;
    // Most of it is the value: the middle is.
    let at = stored.len() / 2;
    let byte = stored.get(at).copied().unwrap_or_default();
    let what = || format!("what has another bit in byte {at}");
    let error = hand
        .expect_refused(AT, replaced(&stored, at, byte ^ 1), what)
        .await?;
    expect_that(
        !error.is_unavailable(),
        "the error blames the value",
        format!("it tells of an outage: {error}"),
    )
}
