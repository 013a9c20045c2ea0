//! Guaranteed updates: retries, suggestions, preconditions, and updates that change nothing.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
