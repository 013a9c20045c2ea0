//! Leases: who shares one, who does not, and what that means at the end.

mod attachment;
mod grant;
mod sharing;

use crate::harness::{Capability, Case};

pub(super) const CASES: &[&[Case]] = &[attachment::CASES, sharing::CASES, grant::CASES];

const NEEDS: &[Capability] = &[Capability::TimeToLive, Capability::Leases];

/// Long enough that nothing expires while a case runs.
const LONG: u64 = 3600;
