//! What was done to a store beside what its watches told, drawn so that a mistake is seen before it is read.
//!
//! A [`History`] is plain: operations with the revisions they made, deliveries in the order in which they were observed,
//! and a mark on the first one that is wrong. Whoever has such a history can have it drawn: the journal of a case, or a
//! judge that looks at what was recorded. [`arrange`] makes rows of it, [`draw`] makes text of rows:
//!
//! ```text
//! operations                      w1
//!   watch /pods/ns from 3 → w1
//!   create /pods/ns/a → @4        ADDED a @4
//!   create /pods/ns/b → @5        (missing)
//!   create /pods/ns/c → @6      ✗ ADDED c @6
//!                                 expected ADDED b @5
//! ```

mod arrange;
mod draw;
mod elide;
mod fold;
mod history;
mod layout;
mod progress;
mod rows;
mod slots;

pub use arrange::arrange;
pub(crate) use arrange::missing;
pub use draw::draw;
pub use history::{Expected, History, Mark, Operation, Step, Told, Watched};
pub use rows::{Cell, Phrase, Row, Timeline, Tone};

#[cfg(test)]
mod tests;
