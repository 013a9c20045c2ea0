use bytes::Bytes;
use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    hand::{AT, Hand},
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
        every_changed_bit_is_noticed,
        "A stored value in which any bit of any byte was changed is refused, or read as it was and called stale.",
        "backend/7.13.4 backend/9/84 backend/9/81"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        every_cut_is_noticed,
        "A stored value that was cut at any length, at its end or at its beginning, is refused.",
        "backend/7.13.5 backend/9/84"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        every_addition_is_noticed,
        "A stored value that something was added to is refused.",
        "backend/7.13.6"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        parts_of_two_values_are_no_value,
        "A stored value that is put together from two, or from its own parts in another order, is refused.",
        "backend/7.13.4"
    )
    .needs(NEEDS),
    case!(
        any_damage_is_noticed,
        "A stored value that was damaged in any way is refused, or read as it was and called stale.",
        "backend/7.13.4 backend/7.13.5 backend/7.13.6"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        nothing_panics,
        "Whatever stored bytes are cut to or changed to, reading them ends with a value or an error.",
        "backend/7.13.12 backend/9/79 backend/9/84"
    )
    .needs(&[Capability::JudgedTransformer]),
    case!(
        any_bytes_are_read_or_refused,
        "Reading any bytes at all ends with a value or an error.",
        "backend/7.13.12"
    )
    .needs(&[Capability::JudgedTransformer]),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer, Capability::Authentication];

const ROWS: &[Row] = &names(&VALUES);

/// How long the values are.
const VALUES: [(&str, usize); 4] = [("empty", 0), ("one-byte", 1), ("block", 16), ("some", 83)];

async fn every_changed_bit_is_noticed(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    let plain = many(*row_of(&VALUES, row));
    let stored = hand.write(AT, &plain).await?;
    for (at, byte) in stored.iter().enumerate() {
        for mask in (0..8).map(|bit| 1 << bit).chain([0xff]) {
            let changed = replaced(&stored, at, byte ^ mask);
            let what = || format!("what has {:#04x} for {byte:#04x} at {at}", byte ^ mask);
            hand.expect_noticed(AT, changed, &plain, what).await?;
        }
    }
    // The one that was not changed is still sound: it is not the reading that refuses.
    hand.expect_stale(AT, &stored, &plain, false).await
}

async fn every_cut_is_noticed(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    let plain = many(*row_of(&VALUES, row));
    let stored = hand.write(AT, &plain).await?;
    let whole = stored.len();
    for length in 0..whole {
        let what = || format!("what was cut to the first {length} of {whole} bytes");
        hand.expect_refused(AT, stored.slice(..length), what)
            .await?;
        let what = || format!("what was cut to the last {length} of {whole} bytes");
        hand.expect_refused(AT, stored.slice(whole - length..), what)
            .await?;
    }
    hand.expect_stale(AT, &stored, &plain, false).await
}

async fn every_addition_is_noticed(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    let plain = many(*row_of(&VALUES, row));
    let stored = hand.write(AT, &plain).await?;
    let last = stored.last().copied().unwrap_or_default();
    for addition in [&[0][..], b"\n", &[1], &[last], &[16; 16], &stored, b"}"] {
        let longer = [&stored, addition].concat();
        let what = || format!("what {addition:?} was added to at its end");
        hand.expect_refused(AT, longer, what).await?;
        let longer = [addition, &stored].concat();
        let what = || format!("what {addition:?} was added to at its beginning");
        hand.expect_refused(AT, longer, what).await?;
    }
    hand.expect_stale(AT, &stored, &plain, false).await
}

async fn parts_of_two_values_are_no_value(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    let plain = many(*row_of(&VALUES, row));
    let (one, other) = (hand.write(AT, &plain).await?, hand.write(AT, &plain).await?);
    for at in 1..one.len().min(other.len()) {
        let mixed = [one.slice(..at), other.slice(at..)].concat();
        // Where both have the same beginning or the same end, nothing was mixed.
        if mixed != one && mixed != other {
            let what = || format!("the first {at} bytes of one value and the rest of another");
            hand.expect_refused(AT, mixed, what).await?;
        }
    }
    // Blocks change places, from the end, where they are the value's own.
    for block in [8, 16, 32] {
        let Some(first) = one.len().checked_sub(2 * block) else {
            continue;
        };
        let second = first + block;
        let turned = [
            one.slice(..first),
            one.slice(second..),
            one.slice(first..second),
        ]
        .concat();
        if turned != one {
            let what = || format!("what had its last two {block} bytes change places");
            hand.expect_refused(AT, turned, what).await?;
        }
    }
    hand.expect_stale(AT, &one, &plain, false).await
}

async fn nothing_panics(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    let stored = hand.write(AT, &many(*row_of(&VALUES, row))).await?;
    for length in 0..=stored.len() {
        let _ = hand.read(AT, stored.slice(..length)).await?;
        let _ = hand.read(AT, stored.slice(length..)).await?;
    }
    for (at, byte) in stored.iter().enumerate() {
        for mask in [1, 0x80, 0xff] {
            let _ = hand.read(AT, replaced(&stored, at, byte ^ mask)).await?;
        }
    }
    for filling in [0, 1, 16, 17, 0xff] {
        for length in 0..70 {
            let _ = hand.read(AT, vec![filling; length]).await?;
        }
    }
    Ok(())
}

async fn any_bytes_are_read_or_refused(context: &Context) -> Verdict {
    let junk = || vec(vec(any::<u8>(), 0..200), 1..16);
    let run = |junk, _| read_all(context, junk);
    search(context, "transformer::junk", Effort::FULL, junk, run).await
}

/// Reads bytes as they are, and behind the beginning of a real value.
async fn read_all(context: &Context, junk: Vec<Vec<u8>>) -> Trial {
    let hand = Hand::of_sequence(context, Keys::of(1)).await?;
    let verdict = async {
        let real = hand.write(AT, b"").await?;
        for bytes in junk {
            for kept in [0, real.len() / 3, real.len()] {
                hand.note(format!("read {kept} real bytes and {bytes:?}"));
                let _ = hand
                    .read(AT, [&real.slice(..kept), &*bytes].concat())
                    .await?;
            }
        }
        Ok(())
    };
    let verdict = verdict.await;
    judged(verdict, hand.told())
}

/// What happened to a stored value. Places are parts of its length, in 65536ths, so that shrinking goes on with values
/// that are shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Damage {
    /// A byte has other bits.
    Change(u16, u8),
    /// A byte is gone.
    Loss(u16),
    /// A byte came in.
    Gain(u16, u8),
    /// Two bytes changed places.
    Swap(u16, u16),
    /// The rest is gone.
    Cut(u16),
}

impl Damage {
    fn befall(self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        let place = |part: u16| (usize::from(part) * length) >> 16;
        match self {
            Self::Change(at, mask) => {
                if let Some(byte) = bytes.get_mut(place(at)) {
                    *byte ^= mask;
                }
            }
            Self::Loss(at) if length > 0 => drop(bytes.remove(place(at))),
            Self::Loss(_) => {}
            Self::Gain(at, byte) => bytes.insert(place(at), byte),
            Self::Swap(one, other) if length > 0 => bytes.swap(place(one), place(other)),
            Self::Swap(..) => {}
            Self::Cut(at) => bytes.truncate(place(at)),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => (any::<u16>(), 1_u8..).prop_map(|(at, mask)| Damage::Change(at, mask)),
        2 => any::<u16>().prop_map(Damage::Loss),
        2 => any::<(u16, u8)>().prop_map(|(at, byte)| Damage::Gain(at, byte)),
        2 => any::<(u16, u16)>().prop_map(|(one, other)| Damage::Swap(one, other)),
        1 => any::<u16>().prop_map(Damage::Cut),
    ]
}

async fn any_damage_is_noticed(context: &Context) -> Verdict {
    let damaged = || vec((value(), vec(damage(), 1..4)), 1..6);
    let run = |damaged, _| damage_and_read(context, damaged);
    search(context, "transformer::damage", Effort::FULL, damaged, run).await
}

async fn damage_and_read(context: &Context, damaged: Vec<(Value, Vec<Damage>)>) -> Trial {
    let hand = Hand::of_sequence(context, Keys::of(1)).await?;
    let verdict = async {
        for (Value { at, plain }, damages) in &damaged {
            let plain = plain.bytes();
            let stored = hand.write(at, &plain).await?;
            let mut bytes = stored.to_vec();
            for damage in damages {
                damage.befall(&mut bytes);
            }
            if bytes != stored {
                hand.note(format!("damage it: {damages:?}"));
                let what = || "what was damaged".to_owned();
                hand.expect_noticed(at, bytes, &plain, what).await?;
            }
        }
        Ok(())
    };
    let verdict = verdict.await;
    judged(verdict, hand.told())
}

/// The bytes with another one at a place.
pub(super) fn replaced(stored: &Bytes, at: usize, byte: u8) -> Vec<u8> {
    let mut bytes = stored.to_vec();
    if let Some(place) = bytes.get_mut(at) {
        *place = byte;
    }
    bytes
}
