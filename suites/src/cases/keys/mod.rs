//! Keys: which are refused and how, and which never meet.

mod acceptance;
mod identity;
mod refusal;
mod scope;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    refusal::CASES,
    acceptance::CASES,
    identity::CASES,
    scope::CASES,
];
