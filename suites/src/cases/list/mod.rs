//! Lists: order, selection, versions, and the matrix of what a request may ask.

mod attributes;
mod cancellation;
mod concurrency;
mod corrupt;
mod corrupt_words;
mod expired;
mod freshness;
mod matrix;
mod namespaces;
mod order;
mod prefix;
mod refusal;
pub(super) mod selection;
mod single;
mod size;
mod unreadable;
mod ways;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    matrix::CASES,
    ways::CASES,
    order::CASES,
    prefix::CASES,
    single::CASES,
    size::CASES,
    freshness::CASES,
    expired::CASES,
    selection::CASES,
    attributes::CASES,
    namespaces::CASES,
    refusal::CASES,
    concurrency::CASES,
    corrupt::CASES,
    corrupt_words::CASES,
    unreadable::CASES,
    cancellation::CASES,
];
