//! The storage system of the Kubernetes API server, in Rust.
//!
//! * [`storage`]: the contract. Implement [`storage::Store`] and the suites of `storeproof-suites` will judge you.
//! * [`codec`] and [`value`]: how objects become bytes, and how bytes are protected at rest.
//! * [`memory`]: a revisioned store in memory; the reference that other stores are compared with.
//! * `backend` and `etcd3` (feature `etcd3`): configuration, factory, and the real store.

pub mod codec;
pub mod memory;
pub mod storage;
pub mod value;
