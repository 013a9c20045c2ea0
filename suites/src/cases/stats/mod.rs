//! How much a store says it holds.

mod count;
mod size;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[count::CASES, size::CASES];
