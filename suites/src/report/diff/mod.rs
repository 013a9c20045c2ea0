//! What is different between two runs, subject by subject.

mod change;
mod markdown;
mod pairs;
mod text;

pub use self::{
    change::{Change, ChangeKind},
    markdown::markdown,
    pairs::{Difference, SubjectDifference, difference},
    text::text,
};
