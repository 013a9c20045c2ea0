//! Pages: limits, continue tokens, and what concurrent writers must not change.

mod limit;
mod matrix;
mod snapshot;
mod token;
mod walk;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    matrix::CASES,
    limit::CASES,
    walk::CASES,
    snapshot::CASES,
    token::CASES,
];
