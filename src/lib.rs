//! The storage system of the Kubernetes API server, in Rust.
//!
//! * [`storage`]: the contract. Implement [`storage::Store`] and the suites of `storeproof-suites` will judge you.
//! * [`codec`] and [`value`]: how objects become bytes, and how bytes are protected at rest; with the feature `kms` also by
//!   key management services.
//! * `encryption` (feature `encryption-configuration`): the file that says which resources are protected, and how.
//! * [`requests`]: what a store asks of the server beneath it, for tests that count.
//! * [`memory`]: a revisioned store in memory; the reference that other stores are compared with.
//! * `backend` and `etcd3` (feature `etcd3`): configuration, factory, and the real store.
//! * `telemetry` (feature `etcd3`): metrics and traces, named as the API server names them.

#[cfg(feature = "etcd3")]
pub mod backend;
#[cfg(any(feature = "etcd3", feature = "kms"))]
mod code_name;
pub mod codec;
#[cfg(feature = "encryption-configuration")]
pub mod encryption;
#[cfg(feature = "etcd3")]
pub mod etcd3;
#[cfg(test)]
mod log;
pub mod memory;
mod panicked;
pub mod requests;
pub mod storage;
#[cfg(feature = "etcd3")]
pub mod telemetry;
pub mod value;
