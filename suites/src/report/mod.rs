//! What a run tells: one stream of events, and the ways to show it.

mod brief;
mod event;
#[cfg(feature = "command")]
mod files;
mod jsonl;
#[cfg(feature = "command")]
mod junit;
pub mod record;
mod replay;
mod screen;
mod style;
pub mod timeline;
mod tree;

pub use event::{Begun, Ended, Event, Finished, Sink};
#[cfg(feature = "command")]
pub use files::{Files, HISTORY, JUNIT, REPORT, RESULTS};
pub use jsonl::Jsonl;
#[cfg(feature = "command")]
pub(crate) use replay::quoted;
pub use replay::replay;
pub use screen::{screen, styled_screen};
pub use style::{Style, shortened, wrapped};
pub use tree::Tree;
