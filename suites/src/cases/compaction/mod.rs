//! What compacted history does to lists, pages and watches.

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
    watch::CASES,
    revision::CASES,
];
