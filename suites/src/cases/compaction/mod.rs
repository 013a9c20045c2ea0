//! What compacted history does to lists, pages and watches.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
