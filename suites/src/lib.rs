//! Conformance suites for Kubernetes storage backends.
//!
//! Implement [`Backend`] for your store, call [`conformance!`] in a test target with `harness = false`, and run
//! `cargo test`: several named cases and property suites judge it, and each failure comes with the requirement, the few
//! operations that lead to it, what was expected, and what was observed.
//!
//! ```no_run
//! use storeproof_suites::{Backend, Opening, Result, conformance, fixtures::objects::Pod, storeproof::memory};
//!
//! struct Mine;
//!
//! impl Backend for Mine {
//!     type Store = memory::Store<Pod>;
//!
//!     async fn open(&self, at: &Opening) -> Result<Self::Store> {
//!         Ok(memory::Store::open(at.prefix(), at.resource_prefix())?)
//!     }
//! }
//!
//! conformance!(Mine);
//! ```
//!
//! A store that tells corrupt objects from other trouble, and deletes them unseen, does so where
//! [`Opening::allows_unsafe_deletion`] says so: that is the default, and a few cases switch it off. One that knows nothing
//! of this takes [`Capability::CorruptObjects`] away and never asks: it is judged as a store that has it off.

pub mod cases;
#[cfg(feature = "command")]
pub mod cli;
pub mod golden;
pub mod harness;
mod nearest;
pub mod report;
pub mod requirements;
pub mod subject;

pub use harness::{
    Backend, BadKnownFailures, Capabilities, Capability, Hooks, KnownFailures, Opening, conformance,
};
pub use storeproof;
pub use storeproof_fixtures as fixtures;
pub use storeproof_judge as judge;

/// What an implementer's code returns: any error will do.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Makes the `main` of a test target (`harness = false`) that runs every case over a [`Backend`].
///
/// The target speaks the arguments of `cargo test` and `cargo nextest`. What the backend does not declare is listed as
/// ignored, never as passed.
#[macro_export]
macro_rules! conformance {
    ($backend:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::conformance(
                $backend,
                ::std::option_env!("CARGO_TARGET_TMPDIR"),
                ::std::module_path!(),
            )
        }
    };
}
