//! Random sequences of operations and what must hold of them: most are played on the store under test and on the reference
//! model side by side, others are held against what must be true of any store.

mod asking;
mod attempt;
mod describe;
mod failing;
mod following;
mod forgery;
mod generate;
mod increments;
mod names;
mod operation;
mod pages;
mod paging;
mod parting;
mod player;
mod query;
mod races;
mod sequences;
mod state;
mod tokens;
mod untouched;
mod versions;
mod walk;
mod watches;
mod writing;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[
    sequences::CASES,
    paging::CASES,
    tokens::CASES,
    increments::CASES,
    races::CASES,
    untouched::CASES,
    following::every_version::CASES,
    following::resuming::CASES,
    following::state::CASES,
    following::transitions::CASES,
];
