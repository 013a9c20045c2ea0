//! The wire contract, whose cases are a crate of their own.

use std::sync::LazyLock;

use crate::harness::Case;

pub(super) use crate::harness::WIRE as SUITE;

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let cases = storeproof_contract::cases::all();
    cases.map(Case::of_wire).collect()
});

/// Every case of the wire contract.
pub(super) fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter()
}
