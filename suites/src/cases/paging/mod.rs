//! Pages: limits, continue tokens, and what concurrent writers must not change.

mod first;
mod grammar;
mod limit;
mod names;
mod next;
mod overtaken;
mod segments;
mod snapshot;
mod token;
mod walk;
mod ways;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    first::CASES,
    next::CASES,
    ways::CASES,
    limit::CASES,
    walk::CASES,
    names::CASES,
    snapshot::CASES,
    overtaken::CASES,
    token::CASES,
    grammar::CASES,
    segments::CASES,
];
