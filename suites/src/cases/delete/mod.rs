//! Deletion: what it returns, what may stop it, and which version it is about.

mod calls;
mod conditions;
mod not_allowed;
mod outcome;
mod suggestion;
mod unreadable;
mod validation;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    outcome::CASES,
    conditions::CASES,
    validation::CASES,
    suggestion::CASES,
    calls::CASES,
    unreadable::CASES,
    not_allowed::CASES,
];
