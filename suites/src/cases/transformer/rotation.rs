use bytes::Bytes;
use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    hand::{AT, Hand},
    value::{Value, value},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Key, Keys, Trial, Verdict, judged, search, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        the_old_key_reads_and_is_stale,
        "What was written with a key that is no longer the first is read, and stale; what is written from now on is not.",
        "backend/7.2 backend/7.13.8"
    )
    .needs(NEEDS),
    case!(
        the_new_key_is_read_before_it_writes,
        "A server that writes with the old key still reads what another one wrote with the new key, and it is stale there.",
        "backend/7.2 backend/7.13.8"
    )
    .needs(NEEDS),
    case!(
        the_first_key_writes,
        "Values are written with the first key: it alone reads them, and the others do not.",
        "backend/7.2 backend/7.13.8"
    )
    .needs(NEEDS),
    case!(
        a_key_that_is_gone_reads_nothing,
        "What was written with a key that is not there any more cannot be read, and comes back with the key.",
        "backend/7.13.8 backend/9/97"
    )
    .needs(NEEDS),
    case!(
        a_name_may_be_used_again,
        "Two keys of one name can stand side by side: each value is read with the one it was written with.",
        "backend/7.2 backend/7.13.8"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Secrecy,
        Capability::Authentication,
        Capability::Rotation,
    ]),
    case!(
        a_name_may_begin_with_another_one,
        "A value is read with the key of its name, whichever other keys have names that its name begins with.",
        "backend/7.2 backend/7.13.8"
    )
    .needs(NEEDS),
    case!(
        what_an_old_key_wrote_is_as_safe,
        "What another key than the first one wrote is refused where it was changed, cut or moved, like any other value.",
        "backend/7.13.4 backend/7.13.5 backend/9/84"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Secrecy,
        Capability::Authentication,
        Capability::Binding,
        Capability::Rotation,
    ]),
    case!(
        the_order_of_old_keys_does_not_matter,
        "Whichever place a key has behind the first one, what was written with it is read, and stale.",
        "backend/7.13.8"
    )
    .needs(NEEDS),
    case!(
        any_story_is_read_to_its_end,
        "After any sequence of writes and of other orders of keys, every value is read if its key is there, and stale if it is not the first.",
        "backend/7.13.8 backend/7.2"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::JudgedTransformer,
    Capability::Secrecy,
    Capability::Rotation,
];

const PLAIN: &[u8] = b"pandas are the best";

async fn the_old_key_reads_and_is_stale(context: &Context) -> Verdict {
    let mut hand = Hand::first(context).await?;
    let old = hand.write(AT, PLAIN).await?;
    hand.expect_stale(AT, &old, PLAIN, false).await?;
    hand.reopen(Keys::of(2).and(1)).await?;
    hand.expect_stale(AT, &old, PLAIN, true).await?;
    let new = hand.write(AT, PLAIN).await?;
    hand.expect_stale(AT, &new, PLAIN, false).await?;
    hand.expect_stale(AT, &old, PLAIN, true).await?;
    hand.reopen(Keys::of(2)).await?;
    hand.expect_stale(AT, &new, PLAIN, false).await
}

async fn the_new_key_is_read_before_it_writes(context: &Context) -> Verdict {
    let ahead = Hand::with(context, Keys::of(2).and(1)).await?;
    let new = ahead.write(AT, PLAIN).await?;
    let behind = Hand::with(context, Keys::of(1).and(2)).await?;
    behind.expect_stale(AT, &new, PLAIN, true).await?;
    let old = behind.write(AT, PLAIN).await?;
    behind.expect_stale(AT, &old, PLAIN, false).await?;
    ahead.expect_stale(AT, &old, PLAIN, true).await
}

async fn the_first_key_writes(context: &Context) -> Verdict {
    let all = Hand::with(context, Keys::of(2).and(1).and(3)).await?;
    let stored = all.write(AT, PLAIN).await?;
    let alone = Hand::with(context, Keys::of(2)).await?;
    alone.expect_stale(AT, &stored, PLAIN, false).await?;
    for other in [1, 3] {
        let other = Hand::with(context, Keys::of(other)).await?;
        expect_closed(&other, AT, &stored, PLAIN).await?;
    }
    Ok(())
}

async fn a_key_that_is_gone_reads_nothing(context: &Context) -> Verdict {
    let mut hand = Hand::first(context).await?;
    let old = hand.write(AT, PLAIN).await?;
    hand.reopen(Keys::of(2).and(1)).await?;
    hand.expect_stale(AT, &old, PLAIN, true).await?;
    hand.reopen(Keys::of(2)).await?;
    expect_closed(&hand, AT, &old, PLAIN).await?;
    hand.reopen(Keys::of(2).and(3)).await?;
    expect_closed(&hand, AT, &old, PLAIN).await?;
    hand.reopen(Keys::of(2).and(3).and(1)).await?;
    hand.expect_stale(AT, &old, PLAIN, true).await
}

async fn a_name_may_be_used_again(context: &Context) -> Verdict {
    let mut hand = Hand::first(context).await?;
    let old = hand.write(AT, PLAIN).await?;
    let again = Key::of(2).called("key-1");
    hand.reopen(Keys::new(again, [Key::of(1)])).await?;
    // Whether a name tells keys apart, or only their place does, says whether this one is stale.
    hand.expect_value(AT, &old, PLAIN).await?;
    let new = hand.write(AT, PLAIN).await?;
    hand.expect_stale(AT, &new, PLAIN, false).await?;
    hand.reopen(Keys::new(Key::of(1), [Key::of(2).called("key-1")]))
        .await?;
    hand.expect_stale(AT, &old, PLAIN, false).await?;
    hand.expect_value(AT, &new, PLAIN).await.map(drop)
}

async fn a_name_may_begin_with_another_one(context: &Context) -> Verdict {
    let long = || Key::of(2).called("key-12");
    for keys in [
        Keys::new(Key::of(1), [long()]),
        Keys::new(Key::of(3), [Key::of(1), long()]),
        Keys::new(Key::of(3), [long(), Key::of(1)]),
    ] {
        let written = [Keys::new(long(), []), Keys::of(1)];
        for own in written {
            let stored = Hand::with(context, own.clone()).await?;
            let stored = stored.write(AT, PLAIN).await?;
            let hand = Hand::with(context, keys.clone()).await?;
            let stale = own.first() != keys.first();
            hand.expect_stale(AT, &stored, PLAIN, stale).await?;
        }
    }
    Ok(())
}

async fn what_an_old_key_wrote_is_as_safe(context: &Context) -> Verdict {
    let old = Hand::first(context).await?.write(AT, PLAIN).await?;
    let hand = Hand::with(context, Keys::of(2).and(1)).await?;
    hand.expect_stale(AT, &old, PLAIN, true).await?;
    for at in 0..old.len() {
        let mut changed = old.to_vec();
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= 1;
        }
        let what = || format!("what has another bit in byte {at}");
        hand.expect_noticed(AT, changed, PLAIN, what).await?;
        let what = || format!("what was cut to the first {at} bytes");
        hand.expect_refused(AT, old.slice(..at), what).await?;
    }
    let elsewhere = format!("{AT}-other");
    let what = || format!("the value of {AT}");
    hand.expect_refused(&elsewhere, old.clone(), what).await?;
    hand.expect_stale(AT, &old, PLAIN, true).await
}

async fn the_order_of_old_keys_does_not_matter(context: &Context) -> Verdict {
    let mut written = Vec::new();
    for key in [1, 2, 3] {
        let hand = Hand::with(context, Keys::of(key)).await?;
        written.push(hand.write(AT, PLAIN).await?);
    }
    for [one, two, three] in [[1, 2, 3], [2, 3, 1], [3, 1, 2]] {
        for keys in [
            Keys::of(4).and(one).and(two).and(three),
            Keys::of(4).and(three).and(two).and(one),
        ] {
            let hand = Hand::with(context, keys).await?;
            for stored in &written {
                hand.expect_stale(AT, stored, PLAIN, true).await?;
            }
        }
    }
    Ok(())
}

/// The value is refused; where nothing is authenticated, something else may come of it.
async fn expect_closed(hand: &Hand<'_>, at: &str, stored: &Bytes, plain: &[u8]) -> Verdict {
    match hand.read(at, stored.clone()).await? {
        Ok(opened) if opened.plain == plain => Err(unexpected(
            "a value is not read without its key",
            "it is read",
        )),
        _ => Ok(()),
    }
}

/// What happens in a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    /// Somebody writes.
    Write(Value),
    /// From now on these keys are there, in this order.
    Keys(Vec<u8>),
}

fn story() -> impl Strategy<Value = Vec<Step>> {
    let keys = Just([1_u8, 2, 3]).prop_shuffle();
    let keys = (keys, 1_usize..4).prop_map(|(keys, count)| keys.into_iter().take(count).collect());
    let step = prop_oneof![
        2 => value().prop_map(Step::Write),
        1 => keys.prop_map(Step::Keys),
    ];
    vec(step, 1..14)
}

async fn any_story_is_read_to_its_end(context: &Context) -> Verdict {
    let run = |steps, _| tell(context, steps);
    let effort = Effort::FULL;
    search(context, "transformer::rotation", effort, story, run).await
}

async fn tell(context: &Context, steps: Vec<Step>) -> Trial {
    let mut hand = Hand::of_sequence(context, Keys::of(1)).await?;
    let verdict = async {
        let mut keys = vec![1];
        let mut written = Vec::new();
        for step in &steps {
            match step {
                Step::Write(Value { at, plain }) => {
                    let plain = plain.bytes();
                    let stored = hand.write(at, &plain).await?;
                    written.push((keys.first().copied(), at, stored, plain));
                }
                Step::Keys(numbers) => {
                    let Some((first, others)) = numbers.split_first() else {
                        continue;
                    };
                    let others = others.iter().copied().map(Key::of);
                    hand.reopen(Keys::new(Key::of(*first), others)).await?;
                    keys.clone_from(numbers);
                }
            }
            for (key, at, stored, plain) in &written {
                let place = keys.iter().position(|number| Some(*number) == *key);
                match place {
                    Some(place) => hand.expect_stale(at, stored, plain, place != 0).await?,
                    // Few bytes may come of strange ones by chance.
                    None if plain.len() < 8 => {}
                    None => expect_closed(&hand, at, stored, plain).await?,
                }
            }
        }
        Ok(())
    };
    let verdict = verdict.await;
    judged(verdict, hand.told())
}
