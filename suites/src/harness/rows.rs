/// A row of a case's table: what is listed, selected and reported beside the case's own path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The last part of the id.
    pub name: &'static str,
    /// Where just this row is written; empty where it is written where the case is.
    pub source: &'static str,
}

/// The rows of a table of names, for `case!(rows …)`: `const ROWS: &[Row] = &names(&TABLE);`.
#[expect(
    clippy::indexing_slicing,
    reason = "iterators are not const, and both arrays have N elements"
)]
pub const fn names<T, const N: usize>(table: &[(&'static str, T); N]) -> [Row; N] {
    let mut rows = [Row {
        name: "",
        source: "",
    }; N];
    let mut row = 0;
    while row < N {
        rows[row].name = table[row].0;
        row += 1;
    }
    rows
}

/// The same for a table of which each row is written somewhere of its own: name, source, content.
#[expect(
    clippy::indexing_slicing,
    reason = "iterators are not const, and both arrays have N elements"
)]
pub const fn sourced<T, const N: usize>(table: &[(&'static str, &'static str, T); N]) -> [Row; N] {
    let mut rows = [Row {
        name: "",
        source: "",
    }; N];
    let mut row = 0;
    while row < N {
        rows[row] = Row {
            name: table[row].0,
            source: table[row].1,
        };
        row += 1;
    }
    rows
}

/// A line of a table of rows, with or without a source of its own.
pub trait Line {
    /// What the row holds besides its name and its source.
    type Content;

    /// What the row holds besides its name and its source.
    fn content(&self) -> &Self::Content;
}

impl<T> Line for (&'static str, T) {
    type Content = T;

    fn content(&self) -> &T {
        &self.1
    }
}

impl<T> Line for (&'static str, &'static str, T) {
    type Content = T;

    fn content(&self) -> &T {
        &self.2
    }
}

/// What a row of a table holds besides its name and its source.
///
/// # Panics
///
/// There is no such row: the case was listed with another table's names.
pub fn row_of<L: Line>(table: &'static [L], row: usize) -> &'static L::Content {
    table
        .get(row)
        .expect("cases with rows are listed with the names of their own table")
        .content()
}
