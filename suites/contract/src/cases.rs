//! The table of cases: one file a part of the API.

mod range;

use crate::Case;

/// Every case, in the order of lists and reports.
pub fn all() -> impl Iterator<Item = &'static Case> {
    let tables: [&'static [Case]; 1] = [range::CASES];
    tables.into_iter().flatten()
}
