//! Writes of one key that ask for nothing.

pub(super) mod flags;
pub(super) mod lease;
pub(super) mod write;
