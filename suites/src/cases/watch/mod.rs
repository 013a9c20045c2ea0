//! Watches: start points, transitions, bookmarks, errors and ends.

mod cluster;
mod corrupt;
mod delivery;
mod failing;
mod future;
mod initial;
mod load;
mod namespaces;
mod progress;
mod refusal;
mod scenario;
mod scope;
mod start;
mod stopping;
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
    load::CASES,
    stopping::CASES,
    failing::CASES,
    corrupt::CASES,
    progress::CASES,
];
