//! Many writers and many watchers at once: what watches tell is recorded, and held against what was written.

mod load;
mod verdict;
mod watch;
mod watchers;
mod writers;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[watch::CASES];
