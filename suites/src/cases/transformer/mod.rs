//! Transformers, whoever wrote them: what they make of values, whom they let read, and what a store is left with.
//!
//! The suite `transform` judges what a store does with transformers; this one judges a transformer.

mod at_rest;
mod binding;
mod concurrency;
mod disguise;
mod hand;
mod instance;
mod keys;
mod mixture;
mod phrase;
mod rewriting;
mod rotation;
mod round_trip;
mod secrecy;
mod tamper;
mod value;
mod variation;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    round_trip::CASES,
    instance::CASES,
    variation::CASES,
    tamper::CASES,
    disguise::CASES,
    binding::CASES,
    keys::CASES,
    rotation::CASES,
    secrecy::CASES,
    concurrency::CASES,
    at_rest::CASES,
    rewriting::CASES,
    mixture::CASES,
];
