//! Keys: which are refused and how, and which never meet.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
