//! Whom the suites judge without a line of the user's code: the memory store, and servers through the etcd3 store.

mod memory;

#[cfg(feature = "etcd")]
mod breaking;
#[cfg(feature = "etcd")]
mod display;
#[cfg(feature = "etcd")]
mod etcd;
#[cfg(feature = "etcd")]
mod grammar;
#[cfg(feature = "etcd")]
mod lane;
#[cfg(feature = "etcd")]
mod link;
#[cfg(feature = "etcd")]
mod opened;
#[cfg(feature = "etcd")]
mod options;

#[cfg(feature = "etcd")]
pub use etcd::Etcd;
#[cfg(feature = "etcd")]
pub use grammar::{Server, Subject};
#[cfg(feature = "etcd")]
pub use lane::Identity;
pub use memory::Memory;
#[cfg(feature = "etcd")]
pub use options::BadSubject;
