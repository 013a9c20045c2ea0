//! Codecs of Pods, whoever wrote them: what they make of objects, and of bytes that are none.

mod bare;
mod bytes;
mod cbor;
mod coding;
mod concurrency;
mod damage;
mod envelope;
mod json;
mod object;
mod pieces;
mod protobuf;
mod round_trip;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    round_trip::CASES,
    bytes::CASES,
    json::CASES,
    cbor::CASES,
    protobuf::CASES,
    envelope::CASES,
    damage::CASES,
    concurrency::CASES,
];
