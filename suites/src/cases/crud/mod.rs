//! Creating and getting single objects.

mod content;
mod create;
mod errors;
mod expiry;
mod get;
mod version;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    create::CASES,
    content::CASES,
    get::CASES,
    version::CASES,
    expiry::CASES,
    errors::CASES,
];
