//! The values that properties write: any bytes under any key of a store.

use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, Serialize};

/// A value and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Value {
    /// The full key.
    pub(super) at: String,
    /// The bytes.
    pub(super) plain: Plain,
}

/// Bytes, few as they are and many by a pattern: shrinking makes them fewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Plain {
    /// Just these.
    Few(Vec<u8>),
    /// So many, none of which repeat soon.
    Many(u32),
}

impl Plain {
    /// The bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Few(bytes) => bytes.clone(),
            Self::Many(length) => many(*length as usize),
        }
    }
}

/// Bytes of which no eight neighbours come again: what is lost, moved or left in the open is told from all others.
pub(super) fn many(length: usize) -> Vec<u8> {
    let numbers = (1_u64..).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let bytes = numbers.flat_map(|number| (number ^ (number >> 29)).to_le_bytes());
    bytes.take(length).collect()
}

/// Any value: mostly short, some of the kinds that are special to somebody, some larger than any buffer.
pub(super) fn value() -> impl Strategy<Value = Value> {
    (full_key(), plain()).prop_map(|(at, plain)| Value { at, plain })
}

/// Any bytes.
pub(super) fn plain() -> impl Strategy<Value = Plain> {
    prop_oneof![
        6 => vec(any::<u8>(), 0..70).prop_map(Plain::Few),
        2 => special().prop_map(|bytes| Plain::Few(bytes.to_vec())),
        1 => (0_u32..70_000).prop_map(Plain::Many),
    ]
}

/// Beginnings that stored bytes have, and bytes that look like padding.
fn special() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        b"{\"kind\":\"Pod\"}\n".as_slice(),
        b"k8s\0\n",
        b"key-1:",
        b"\0",
        b"\x01",
        &[16; 16],
        &[0; 32],
        &[0xff; 17],
    ])
}

/// Any key of a store. Short ones of few letters, so that one is the beginning or the end of another.
pub(super) fn full_key() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => "[ab]{1,2}",
        1 => "[a-z0-9.-]{1,40}",
        1 => "[äß€]{1,2}",
    ];
    vec(segment, 1..4).prop_map(|segments| format!("/registry/{}", segments.join("/")))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::many;

    #[test]
    fn no_eight_neighbours_come_again() {
        let bytes = many(300_000);
        assert_eq!(bytes.len(), 300_000);
        let mut seen = HashSet::new();
        assert!(bytes.windows(8).all(|window| seen.insert(window.to_vec())));
    }
}
