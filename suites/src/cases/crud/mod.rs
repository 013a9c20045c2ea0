//! Creating and getting single objects.

mod create;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[create::CASES];
