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
//! A transformer and a codec are judged in the same way, each by itself and beneath a store: `conformance!(transformer:
//! …)` takes a [`Provider`], `conformance!(codec: …)` a codec of Pods.
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
    Backend, BadKnownFailures, Capabilities, Capability, Hooks, Key, Keys, KnownFailures, Opening,
    Provider, Sample, codec_conformance, conformance, transformer_conformance,
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
///
/// * `conformance!(transformer: MINE)` judges a [`Provider`] instead, beneath a memory store where a case needs a store;
///   `conformance!(transformer: MINE, over: STORE)` beneath one of a [`Backend`].
/// * `conformance!(codec: MINE)` judges a [`Codec`](storeproof::codec::Codec) of Pods.
#[macro_export]
macro_rules! conformance {
    (transformer: $provider:expr) => {
        $crate::conformance!(transformer: $provider, over: $crate::subject::Memory::new());
    };
    (transformer: $provider:expr, over: $backend:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::transformer_conformance(
                $provider,
                $backend,
                ::std::option_env!("CARGO_TARGET_TMPDIR"),
                ::std::module_path!(),
            )
        }
    };
    (codec: $codec:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::codec_conformance(
                $codec,
                ::std::option_env!("CARGO_TARGET_TMPDIR"),
                ::std::module_path!(),
            )
        }
    };
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
