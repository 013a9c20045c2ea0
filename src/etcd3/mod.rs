//! The store over real etcd.
//!
//! One file per operation; [`Store`] puts them together. Requests have exactly the shapes of store §3.12, so that other
//! API servers over the same etcd, and servers that only speak etcd's protocol, see nothing new. Stores are built by
//! [`backend::factory`](crate::backend::factory).

mod client;
mod compacted;
mod compactor;
mod create;
mod delete;
mod error;
mod get;
mod lease;
mod limit;
mod list;
mod operator;
mod parallel;
mod request;
mod sizes;
mod spans;
mod state;
mod stats;
mod store;
mod update;
mod values;
mod watch;
mod way;

pub use error::{Error, ErrorKind};
pub use store::Store;
pub use way::Credentials;

pub(crate) use client::Client;
pub(crate) use compacted::Compacted;
pub(crate) use compactor::Compactor;
pub use compactor::recorded_revision;
pub(crate) use store::Parts;
pub(crate) use way::Way;

use crate::storage::ResourceVersion;

/// What clients send their calls over.
pub(crate) type Link = etcd_client::Channel;

/// A key and its value as etcd sends them.
type KeyValue = etcd_client::proto::PbKeyValue;

/// An etcd revision as callers see it.
fn version(revision: i64) -> ResourceVersion {
    ResourceVersion::new(u64::try_from(revision).unwrap_or_default())
}

/// The first key after every key that begins with `prefix`: `/pods/` ends at `/pods0`.
fn prefix_end(prefix: &str) -> Vec<u8> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    vec![0]
}
