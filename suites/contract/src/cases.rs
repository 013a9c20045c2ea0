//! The table of cases: one folder a part of the API, one file a topic.

mod auth;
mod cluster;
mod compaction;
mod delete;
mod durable;
mod hazard;
mod header;
mod history;
mod lease;
mod limits;
mod maintenance;
mod put;
mod range;
mod range_stream;
mod tls;
mod txn;
mod watch;

use crate::Case;

/// One table a file, in the order of lists and reports.
const TABLES: &[&[Case]] = &[
    header::revision::CASES,
    header::fresh::CASES,
    header::identity::CASES,
    header::bytes::CASES,
    header::poison::CASES,
    range::one::CASES,
    range::span::CASES,
    range::order::CASES,
    range::page::CASES,
    range::shape::CASES,
    range::past::CASES,
    range::compacted::CASES,
    range::filter::CASES,
    range::moment::CASES,
    put::write::CASES,
    put::flags::CASES,
    put::lease::CASES,
    delete::CASES,
    txn::create::CASES,
    txn::update::CASES,
    txn::delete::CASES,
    txn::race::CASES,
    txn::compactor::CASES,
    txn::applied::CASES,
    txn::order::CASES,
    txn::refused::CASES,
    txn::limit::CASES,
    txn::nested::CASES,
    txn::compare::CASES,
    compaction::compact::CASES,
    compaction::cluster::CASES,
    compaction::watch::CASES,
    maintenance::status::CASES,
    maintenance::hash::CASES,
    maintenance::file::CASES,
    maintenance::alarm::CASES,
    maintenance::leader::CASES,
    auth::enable::CASES,
    auth::token::CASES,
    auth::permit::CASES,
    auth::operator::CASES,
    auth::certificate::CASES,
    limits::size::CASES,
    limits::space::CASES,
    limits::watches::CASES,
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
    history::CASES,
    hazard::CASES,
];

/// Every case, in the order of lists and reports.
pub fn all() -> impl Iterator<Item = &'static Case> {
    TABLES.iter().copied().flatten()
}
