//! Deletion: preconditions, validation, suggestions, and what is returned.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
