//! How many objects there are.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
