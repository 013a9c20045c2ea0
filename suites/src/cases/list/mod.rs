//! Lists: order, selection, versions, and the matrix of what a request may ask.

mod concurrency;
mod freshness;
mod matrix;
mod namespaces;
mod order;
mod prefix;
mod refusal;
mod selection;
mod single;
mod ways;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    matrix::CASES,
    ways::CASES,
    order::CASES,
    prefix::CASES,
    single::CASES,
    freshness::CASES,
    selection::CASES,
    namespaces::CASES,
    refusal::CASES,
    concurrency::CASES,
];
