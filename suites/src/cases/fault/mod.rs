//! Whatever breaks between a store and its server, or the server itself: nothing that was acknowledged is lost, nothing
//! happens twice, and whoever watches misses nothing.

mod answer;
mod expiry;
mod following;
mod happened;
mod leaving;
mod link;
mod partition;
mod scene;
mod server;
mod writing;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    link::CASES,
    answer::CASES,
    leaving::CASES,
    expiry::CASES,
    server::CASES,
    partition::CASES,
];
