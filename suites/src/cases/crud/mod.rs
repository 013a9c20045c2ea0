//! Creating and getting single objects.

mod content;
mod create;
mod expiry;
mod get;
mod version;

pub(super) use expiry::expect_expiry;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    create::CASES,
    content::CASES,
    get::CASES,
    version::CASES,
    expiry::CASES,
];
