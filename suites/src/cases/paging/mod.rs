//! Pages: limits, continue tokens, and what concurrent writers must not change.

mod grammar;
mod limit;
mod matrix;
mod segments;
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
    grammar::CASES,
    segments::CASES,
];
