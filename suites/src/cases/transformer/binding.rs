use proptest::collection::vec;

use super::{
    hand::{AT, Hand},
    phrase::shown,
    value::{Value, many, value},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Keys, Row, Trial, Verdict, judged, names, row_of, search,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        a_value_stays_where_it_was_written,
        "A value that was moved to another key of the store is refused there, and still read at its own.",
        "backend/7.1 backend/7.13.3 backend/9/93"
    )
    .needs(NEEDS),
    case!(
        what_was_read_is_not_read_elsewhere,
        "A value that was just read at its own key is refused at another one: nothing is remembered for both.",
        "backend/7.5 backend/9/85"
    )
    .needs(NEEDS),
    case!(
        any_two_values_cannot_change_places,
        "Of any values none is read at the key of another one.",
        "backend/7.13.3 backend/9/93"
    )
    .needs(NEEDS),
    case!(
        parts_of_the_values_of_two_keys_are_no_value,
        "Whatever of the value of one key is put before or behind what is left of that of another, neither key reads it.",
        "backend/7.1 backend/7.13.3 backend/7.13.4"
    )
    .needs(NEEDS),
    case!(
        no_byte_goes_from_the_key_to_the_value,
        "A value is refused at a key that lacks a letter, wherever in the value that letter is put instead.",
        "backend/7.1 backend/7.13.3"
    )
    .needs(NEEDS),
    case!(
        an_older_value_of_the_key_is_read,
        "An older value of the same key is read again: values are bound to their key, and to nothing else.",
        "backend/7.1 backend/9/93"
    )
    .needs(&[Capability::JudgedTransformer]),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer, Capability::Binding];

const ROWS: &[Row] = &names(&PAIRS);

/// Keys that somebody who looks at a part of a key takes for the same.
const PAIRS: [(&str, (&str, &str)); 11] = [
    ("other-name", (AT, "/registry/secrets/test-ns/goo")),
    ("other-namespace", (AT, "/registry/secrets/other-ns/foo")),
    ("other-resource", (AT, "/registry/configmaps/test-ns/foo")),
    ("other-prefix", (AT, "/kubernetes.io/secrets/test-ns/foo")),
    ("beginning", ("/registry/secrets/test-ns/foobar", AT)),
    ("end", (AT, "/secrets/test-ns/foo")),
    ("case", ("/registry/secrets/test-ns/Foo", AT)),
    ("slash", (AT, "/registry/secrets/test-ns/foo/")),
    ("two-slashes", (AT, "/registry/secrets//test-ns/foo")),
    (
        "segments",
        ("/registry/secrets/ab/c", "/registry/secrets/a/bc"),
    ),
    ("long", (LONG, OTHER_LONG)),
];

/// The same for 300 bytes.
const LONG: &str = concat!(
    "/registry/secrets/",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc/one",
);
const OTHER_LONG: &str = concat!(
    "/registry/secrets/",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc/two",
);

async fn a_value_stays_where_it_was_written(context: &Context, row: usize) -> Verdict {
    let (one, other) = *row_of(&PAIRS, row);
    for (own, strange) in [(one, other), (other, one)] {
        let hand = Hand::first(context).await?;
        for plain in [b"pandas are the best".to_vec(), Vec::new(), many(5000)] {
            let stored = hand.write(own, &plain).await?;
            let what = || format!("the value of {own}");
            hand.expect_refused(strange, stored.clone(), what).await?;
            hand.expect_stale(own, &stored, &plain, false).await?;
        }
    }
    Ok(())
}

async fn what_was_read_is_not_read_elsewhere(context: &Context) -> Verdict {
    let (plain, other) = (b"pandas are the best", format!("{AT}-other"));
    let writer = Hand::first(context).await?;
    let stored = writer.write(AT, plain).await?;
    let theirs = writer.write(&other, plain).await?;
    let hand = Hand::first(context).await?;
    for _ in 0..3 {
        hand.expect_stale(AT, &stored, plain, false).await?;
        hand.expect_stale(&other, &theirs, plain, false).await?;
        let what = || format!("the value of {AT}, which was just read,");
        hand.expect_refused(&other, stored.clone(), what).await?;
        let what = || format!("the value of {other}, which was just read,");
        hand.expect_refused(AT, theirs.clone(), what).await?;
    }
    Ok(())
}

async fn any_two_values_cannot_change_places(context: &Context) -> Verdict {
    let values = || vec(value(), 2..8);
    let run = |values, _| exchange(context, values);
    let effort = Effort::FULL.one_in(2);
    search(context, "transformer::binding", effort, values, run).await
}

/// Writes all, and reads each at the keys of the others.
async fn exchange(context: &Context, values: Vec<Value>) -> Trial {
    let hand = Hand::of_sequence(context, Keys::of(1)).await?;
    let verdict = async {
        let mut written = Vec::new();
        for Value { at, plain } in &values {
            let plain = plain.bytes();
            written.push((at, hand.write(at, &plain).await?, plain));
        }
        for (at, stored, plain) in &written {
            for (other, ..) in written.iter().filter(|(other, ..)| other != at) {
                let what = || format!("{} of {at}", shown(plain));
                hand.expect_refused(other, stored.clone(), what).await?;
            }
            hand.expect_stale(at, stored, plain, false).await?;
        }
        Ok(())
    };
    let verdict = verdict.await;
    judged(verdict, hand.told())
}

/// Whoever stores the key, or what follows from it, beside a value stores it where others can put it, too.
async fn parts_of_the_values_of_two_keys_are_no_value(context: &Context) -> Verdict {
    let (own, other) = (AT, AT.replace("foo", "goo"));
    let hand = Hand::first(context).await?;
    for plain in [b"".as_slice(), b"pandas are the best"] {
        let one = hand.write(own, plain).await?;
        let two = hand.write(&other, plain).await?;
        for at in 1..one.len().min(two.len()) {
            let mixed = [two.slice(..at), one.slice(at..)].concat();
            // Where both begin alike or end alike, nothing was mixed.
            if mixed == one || mixed == two {
                continue;
            }
            for key in [own, &other] {
                let what = || format!("{at} bytes of the value of {other} before one of {own}");
                hand.expect_refused(key, mixed.clone(), what).await?;
            }
        }
    }
    Ok(())
}

/// What is authenticated is two texts, and not what they are one behind the other.
async fn no_byte_goes_from_the_key_to_the_value(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let stored = hand.write(AT, b"pandas are the best").await?;
    let (first, behind) = AT.split_at(1);
    let (before, last) = AT.split_at(AT.len() - 1);
    for (key, letter) in [(behind, first), (before, last)] {
        for at in 0..=stored.len() {
            let longer = [&stored.slice(..at), letter.as_bytes(), &stored.slice(at..)].concat();
            let what = || format!("the value of {AT} with {letter:?} put in at {at}");
            hand.expect_refused(key, longer, what).await?;
        }
    }
    hand.expect_stale(AT, &stored, b"pandas are the best", false)
        .await
}

async fn an_older_value_of_the_key_is_read(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let older = hand.write(AT, b"one").await?;
    let newer = hand.write(AT, b"two").await?;
    hand.expect_stale(AT, &newer, b"two", false).await?;
    hand.expect_stale(AT, &older, b"one", false).await?;
    hand.expect_stale(AT, &newer, b"two", false).await
}
