//! Objects on several levels with a history of eight writes, and lists of them as rows of tables: what the matrices of
//! lists, of pages and of compacted history are made of (store §5.3.15).

mod history;
mod judge;
mod refusal;
mod request;

pub(super) use history::{Levels, Moment, Object};
pub(super) use judge::{judge, judge_latest};
pub(super) use refusal::Refusal;
pub(super) use request::{Pin, Request, list};
