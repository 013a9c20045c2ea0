//! Lists: order, selection, versions, and the matrix of what a request may ask.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
