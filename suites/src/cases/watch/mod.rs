//! Watches: start points, transitions, bookmarks, errors and ends.

mod abandoned;
mod cluster;
mod corrupt;
mod delivery;
mod failing;
mod future;
mod initial;
mod left;
mod load;
mod moved;
mod namespaces;
pub(super) mod panics;
pub(super) mod progress;
mod progress_beside;
mod refusal;
mod scenario;
mod scope;
mod selection;
mod start;
mod stopping;
mod transaction;
mod transitions;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    start::CASES,
    initial::CASES,
    future::CASES,
    refusal::CASES,
    delivery::CASES,
    transitions::CASES,
    cluster::CASES,
    namespaces::CASES,
    scope::CASES,
    selection::CASES,
    transaction::CASES,
    left::CASES,
    load::CASES,
    stopping::CASES,
    abandoned::CASES,
    failing::CASES,
    panics::CASES,
    moved::CASES,
    corrupt::CASES,
    progress::CASES,
    progress_beside::CASES,
];
