//! A storage backend for Kubernetes over SQLite: one file, one log of changes, one thread that owns the connection.
//!
//! * [`Database`] is the file and its thread; whatever is asked of it happens one after another.
//! * `log` is the SQL: the changes, and what they say about a key, a range, or a revision.
//! * [`SqliteStore`] is the contract: objects, conditions, pages, watches.
//!
//! `tests/conformance.rs` judges it.

mod database;
mod delete;
mod event;
mod expiry;
mod hooks;
mod list;
mod log;
mod range;
mod start;
mod store;
mod update;
mod watch;

pub use database::{Database, OpenError};
pub use store::SqliteStore;
