use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use super::hand::{AT, Hand};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_that, unexpected},
};

pub(super) const CASES: &[Case] = &[
    case!(
        no_two_values_are_stored_alike,
        "Equal values are stored differently each time, so that nobody sees that they are equal.",
        "backend/7.13.2"
    )
    .needs(NEEDS),
    case!(
        no_bytes_hide_two_values,
        "What hides the bytes of one value hides no other one: two stored values tell nothing of how their values differ.",
        "backend/7.5 backend/9/95"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Variation,
        Capability::Secrecy,
    ]),
    case!(
        equal_values_are_stored_alike,
        "Equal values are stored in the same way under the same key, as was declared.",
        "backend/7.3"
    )
    .needs(&[Capability::JudgedTransformer, Capability::Determinism]),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer, Capability::Variation];

/// So many writes: enough for a byte that repeats to come round.
const WRITES: usize = 600;

async fn no_two_values_are_stored_alike(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    for plain in [b"".as_slice(), b"pandas are the best"] {
        let mut seen = HashSet::new();
        for number in 1..=WRITES {
            let stored = hand.write_silently(AT, plain).await?;
            expect_that(
                seen.insert(stored),
                format!("{WRITES} equal values are stored in {WRITES} ways"),
                format!("value {number} is stored as one before it"),
            )?;
        }
    }
    Ok(())
}

async fn equal_values_are_stored_alike(context: &Context) -> Verdict {
    for plain in [b"".as_slice(), b"pandas are the best", &[7; 5000]] {
        let (one, other) = (Hand::first(context).await?, Hand::first(context).await?);
        let stored = one.write(AT, plain).await?;
        for hand in [&one, &other] {
            let again = hand.write(AT, plain).await?;
            expect_that(
                again == stored,
                "an equal value is stored in the same way",
                "it is stored in another way",
            )?;
        }
    }
    Ok(())
}

/// So many bytes are equal by chance: never.
const RUN: usize = 12;

/// A run of stored bytes, taken together with the bits of its value, and where it lies.
type Run = (usize, Vec<u8>);

/// Two values that differ in all their bits. Where the same bytes hide both, what is stored of them does so too.
async fn no_bytes_hide_two_values(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let mut seen: HashMap<Run, (u8, String)> = HashMap::new();
    for number in 0..160 {
        let at = format!("{AT}-{}", number % 8);
        for value in [0x35_u8, !0x35] {
            let stored = hand.write_silently(&at, &[value; 96]).await?;
            let what = format!("value {number} at {at}");
            if let Some(other) = reuse(&mut seen, &stored, value, &what) {
                return Err(unexpected(
                    "two values that differ in all their bits are stored as if by chance",
                    format!("what is stored of {what} and of {other} differs in all its bits, too"),
                ));
            }
        }
    }
    Ok(())
}

/// Another value that was hidden by the same bytes. What is the same for all values is none of it: it differs from itself
/// in no bit.
fn reuse(
    seen: &mut HashMap<Run, (u8, String)>,
    stored: &Bytes,
    value: u8,
    what: &str,
) -> Option<String> {
    let mut known = None;
    for (place, run) in stored.chunks_exact(RUN).enumerate() {
        let hiding = run.iter().map(|byte| byte ^ value).collect();
        let before = seen.insert((place, hiding), (value, what.to_owned()));
        if let Some((other, told)) = before
            && other != value
        {
            known.get_or_insert(told);
        }
    }
    known
}
