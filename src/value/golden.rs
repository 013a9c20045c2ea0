//! What the vectors of all transformers have in common (backend, appendix A).

use super::{Context, Data, Error, Local};

/// The key that values of the vectors are bound to, unless they say otherwise.
pub(super) const AT: &str = "/registry/secrets/ns/name";
/// The value of most vectors.
pub(super) const PANDAS: &[u8] = b"pandas are the best";

/// 32 bytes, counted up from 0.
pub(super) fn counted_key() -> [u8; 32] {
    counted(0)
}

/// Bytes counted up from the first.
pub(super) fn counted<const LENGTH: usize>(first: u8) -> [u8; LENGTH] {
    std::array::from_fn(|place| first + u8::try_from(place).expect("a short vector"))
}

pub(super) fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

/// What a transformer that is not stale makes of a stored value.
pub(super) fn open(transformer: &impl Local, stored: &[u8], at: &str) -> Result<Data, Error> {
    let opened = transformer.open(stored.to_vec().into(), Context::of_key(at))?;
    assert!(!opened.stale, "one transformer alone makes nothing stale");
    Ok(opened.plain)
}

pub(super) fn seal(transformer: &impl Local, plain: &[u8], at: &str) -> Vec<u8> {
    let mut stored = Vec::new();
    transformer
        .seal(plain, Context::of_key(at), &mut stored)
        .expect("sealed");
    stored
}
