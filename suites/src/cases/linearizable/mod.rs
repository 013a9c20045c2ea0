//! Many clients at once: every answer must be explained by one order of all operations that agrees with real time.

mod create;
mod delete;
mod list;
mod mixed;
mod rounds;
mod update;
mod version;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    create::CASES,
    update::CASES,
    delete::CASES,
    mixed::CASES,
    list::CASES,
    version::CASES,
];
