//! What a run tells: one stream of events, and the ways to show it.

mod event;
mod screen;

pub use event::{Begun, Ended, Event, Finished, Sink};
pub use screen::screen;
