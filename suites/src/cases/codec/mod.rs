//! Codecs of Pods, whoever wrote them: what they make of objects, and of bytes that are none.
use crate::harness::Case;
pub(super) const CASES: &[&[Case]] = &[];
