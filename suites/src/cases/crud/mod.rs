//! Creating and getting single objects.

mod content;
mod create;
mod errors;
mod expiry;
mod get;
mod limits;
mod version;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    create::CASES,
    content::CASES,
    limits::CASES,
    get::CASES,
    version::CASES,
    expiry::CASES,
    errors::CASES,
];
