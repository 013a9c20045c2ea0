//! The wire contract: what Kubernetes, and other clients of etcd, depend on when they talk to an etcd-compatible server.
//!
//! A [`Case`] is one requirement and a function that asks a real server, through messages that are made by hand where a
//! client for applications could not make them. Codes *and* messages are compared: the API server tells errors apart by
//! their text. Nothing is retried, no store is assumed to be empty, and every key lies below a random prefix of the case's
//! own.
//!
//! * [`cases`]: the table of cases, one file a part of the API.
//! * [`Access`]: what whoever runs the cases has to offer: where the server is, and for some cases servers that the case
//!   may have for itself, with flags of its own, to be killed and started again.
//! * [`Context`]: what a case works with.

mod access;
mod breaking;
mod case;
pub mod cases;
mod client;
mod connect;
mod context;
mod dice;
#[cfg(feature = "etcd")]
pub mod etcd;
mod expect;
mod fault;
mod judge;
mod limits;
mod log;
mod need;
mod phrase;
mod run;
mod seen;
mod shape;
mod stress;
mod tier;
mod traffic;
mod transaction;
mod watching;

pub use access::{Access, Certificates, Endpoints, Oddity, Owned, User, Wish};
pub use case::{Case, CaseFuture};
pub use client::{Client, Elapsed, WatchStream};
pub use connect::{Unreachable, channel};
pub use context::Context;
pub use expect::{
    expect_eq, expect_one, expect_refused, expect_steps, expect_succeeded, expect_that,
};
pub use fault::{Failure, Fault, Verdict};
pub use limits::limit_of;
pub use log::Log;
pub use need::Need;
pub use run::run;
pub use storeproof_wire as wire;
pub use tier::{Feature, Tier};
