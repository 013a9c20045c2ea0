//! Values at rest: what passes the transformer, what it is bound to, and what its failures and staleness do.

mod binding;
mod corrupt;
mod failure;
mod foreign;
mod panics;
mod staleness;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    binding::CASES,
    failure::CASES,
    corrupt::CASES,
    foreign::CASES,
    panics::CASES,
    staleness::CASES,
];
