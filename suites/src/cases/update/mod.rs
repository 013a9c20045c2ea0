//! Guaranteed updates: what the update gets, what is written, and who wins.

mod calls;
mod concurrency;
mod conditions;
mod conflict;
mod expiry;
mod matrix;
mod misleading;
mod outcome;
mod suggestion;
mod unchanged;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    matrix::CASES,
    outcome::CASES,
    unchanged::CASES,
    conflict::CASES,
    concurrency::CASES,
    conditions::CASES,
    suggestion::CASES,
    misleading::CASES,
    calls::CASES,
    expiry::CASES,
];
