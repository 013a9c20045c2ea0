/// The names of a table's rows, for `case!(rows …)`: `const ROWS: &[&str] = &names(&TABLE);`.
#[expect(
    clippy::indexing_slicing,
    reason = "iterators are not const, and both arrays have N elements"
)]
pub const fn names<T, const N: usize>(table: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut row = 0;
    while row < N {
        names[row] = table[row].0;
        row += 1;
    }
    names
}

/// What a row of a table holds besides its name.
///
/// # Panics
///
/// There is no such row: the case was listed with another table's names.
pub fn row_of<T>(table: &'static [(&'static str, T)], row: usize) -> &'static T {
    let (_, content) = table
        .get(row)
        .expect("cases with rows are listed with the names of their own table");
    content
}
