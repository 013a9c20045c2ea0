//! Codecs of Pods, whoever wrote them: what they make of objects, and of bytes that are none.

mod bytes;
mod coding;
mod damage;
mod json;
mod object;
mod round_trip;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[round_trip::CASES, bytes::CASES, json::CASES, damage::CASES];
