//! What a store does with its values on their way: every read, every write, nothing else.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
