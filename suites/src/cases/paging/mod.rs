//! Pages: limits, continue tokens, and what concurrent writers must not change.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
