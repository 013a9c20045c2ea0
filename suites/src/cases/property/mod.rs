//! Random sequences of operations, judged against the reference model.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
