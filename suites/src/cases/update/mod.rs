//! Guaranteed updates: what the update gets, what is written, and who wins.

mod concurrency;
mod conditions;
mod conflict;
mod expiry;
mod outcome;
mod suggestion;
mod unchanged;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    outcome::CASES,
    unchanged::CASES,
    conflict::CASES,
    concurrency::CASES,
    conditions::CASES,
    suggestion::CASES,
    expiry::CASES,
];
