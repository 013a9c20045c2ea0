//! Whether the suites can fail: they judge stores that are known to be broken.

mod bite;
mod mutated;
mod mutated_transformer;
mod row;
mod table;

pub use bite::Bite;
pub use mutated::subject;
pub use table::{ENOUGH, JOBS, Progress, Table};
