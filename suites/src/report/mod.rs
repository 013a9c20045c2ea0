//! What a run tells: one stream of events, and the ways to show it.

mod brief;
#[cfg(feature = "command")]
pub mod diff;
mod event;
mod feature;
#[cfg(feature = "command")]
mod files;
mod gathering;
#[cfg(feature = "command")]
mod html;
mod jsonl;
#[cfg(feature = "command")]
mod junit;
#[cfg(feature = "command")]
mod markdown;
#[cfg(feature = "command")]
mod matrix;
#[cfg(feature = "command")]
mod next;
pub mod record;
mod replay;
#[cfg(all(test, feature = "command"))]
pub(crate) mod sample;
mod screen;
#[cfg(feature = "command")]
mod side_by_side;
mod style;
mod tally;
pub mod tiers;
pub mod timeline;
mod tree;
#[cfg(feature = "command")]
mod words;

pub use event::{Begun, Ended, Event, Finished, Sink};
#[cfg(feature = "command")]
pub use files::{HISTORY, HTML, JUNIT, MARKDOWN, REPORT, RESULTS, RunFolder, SubjectFolder};
pub use gathering::Gathering;
pub use jsonl::Jsonl;
#[cfg(feature = "command")]
pub(crate) use replay::quoted;
pub use replay::replay;
pub use screen::{screen, styled_screen};
#[cfg(feature = "command")]
pub use side_by_side::side_by_side;
pub use style::{Style, shortened, wrapped};
pub use tree::Tree;
