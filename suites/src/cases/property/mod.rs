//! Random sequences of operations, played on the store under test and on the reference model side by side.

mod describe;
mod generate;
mod operation;
mod pages;
mod player;
mod sequences;
mod versions;
mod watches;

use crate::harness::Case;

pub(super) const CASES: &[&[Case]] = &[sequences::CASES];
