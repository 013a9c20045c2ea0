//! Objects on several levels with a history of eight writes, and lists of them as rows of tables: what both the list and
//! the paging matrix are made of (store §5.3.15).

mod history;
mod judge;
mod request;

pub(super) use history::{Levels, Moment, Object};
pub(super) use judge::{judge, judge_latest};
pub(super) use request::{Pin, Refusal, Request, list};
