//! The table of cases: one file a part of the API.

mod cluster;
mod durable;
mod lease;
mod range;
mod range_stream;
mod tls;
mod watch;

use crate::Case;

const TABLES: &[&[Case]] = &[
    range::CASES,
    range_stream::CASES,
    watch::create::CASES,
    watch::start::CASES,
    watch::event::CASES,
    watch::message::CASES,
    watch::option::CASES,
    watch::cancel::CASES,
    watch::compacted::CASES,
    watch::progress::CASES,
    watch::version::CASES,
    watch::leader::CASES,
    watch::load::CASES,
    lease::grant::CASES,
    lease::expiry::CASES,
    lease::revoke::CASES,
    lease::renewal::CASES,
    lease::survival::CASES,
    cluster::member::CASES,
    cluster::quorum::CASES,
    tls::CASES,
    durable::CASES,
];

/// Every case, in the order of lists and reports.
pub fn all() -> impl Iterator<Item = &'static Case> {
    TABLES.iter().copied().flatten()
}
