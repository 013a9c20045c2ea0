//! Watches: start points, transitions, bookmarks, errors and ends.

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[];
