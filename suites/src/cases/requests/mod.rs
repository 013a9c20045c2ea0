//! What a store asks of its server: no more than it needs, and every write once.

mod count;
mod growth;
mod list;
mod suggestion;
mod write;

use crate::harness::{Capability, Case};

pub(super) const CASES: &[&[Case]] = &[
    write::CASES,
    suggestion::CASES,
    list::CASES,
    growth::CASES,
    count::CASES,
];

const NEEDS: &[Capability] = &[Capability::RequestCounting];
const SUGGESTING: &[Capability] = &[Capability::RequestCounting, Capability::Suggestions];
const LISTS: &[Capability] = &[
    Capability::RequestCounting,
    Capability::Paging,
    Capability::Transformer,
];
