//! What compacted history does to lists, pages and watches, and what it does not do to the rest.

mod beside;
mod list;
mod overtaken;
mod pages;
mod revision;
mod watch;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    list::CASES,
    pages::CASES,
    overtaken::CASES,
    beside::CASES,
    watch::CASES,
    revision::CASES,
];
