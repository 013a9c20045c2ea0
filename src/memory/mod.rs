//! A revisioned store in memory: the reference that other stores are compared with, and the default where no etcd is.
//!
//! [`Space`] stands for the server: bytes under keys, one revision a change, history until it is compacted. [`Store`]
//! is the contract over it, written without regard to any other backend and as plainly as the rules allow, so that it
//! can be believed by reading it. Values are encoded and transformed as over etcd, so that stale, foreign and damaged
//! values behave the same.
//!
//! ```
//! # async fn example() -> storeproof::storage::Result<()> {
//! use k8s_openapi::api::core::v1::ConfigMap;
//! use storeproof::{memory, storage::{GetOptions, Store}};
//!
//! let store = memory::Store::<ConfigMap>::open("/registry", "/configmaps/")?;
//! let mut settings = ConfigMap::default();
//! settings.metadata.name = Some("settings".to_owned());
//! store.create("/configmaps/ns/settings", &settings, None).await?;
//! assert!(store.get("/configmaps/ns/settings", &GetOptions::default()).await?.is_some());
//! # Ok(())
//! # }
//! ```

mod asking;
mod create;
mod delete;
mod event;
mod follower;
mod get;
mod history;
mod hooks;
mod lease;
mod list;
mod space;
mod start;
mod state;
mod stats;
mod store;
mod update;
mod watch;

#[cfg(test)]
mod tests;

pub use follower::{Batch, Follower, Overtaken};
pub use history::{Change, KeyValue, Snapshot, Unreadable};
pub use space::Space;
pub use store::Store;
