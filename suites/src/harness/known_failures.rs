use std::{io, path::Path};

use super::{
    Item,
    known_failures_file::{self, BadEntry},
};

/// A case that a backend is known to fail: it does not fail the run, but passing it does, so that the list stays true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFailure {
    /// The id of the case, or of one of its rows. The id of a case that has rows stands for all of them.
    pub case: String,
    /// Why it fails.
    pub reason: String,
    /// Since when that is known, as `YYYY-MM-DD`.
    pub since: String,
}

/// The list of what a backend is known to fail, as its author keeps it in a file:
///
/// ```toml
/// [[failure]]
/// case = "crud::create::refuses_a_key_that_exists"
/// reason = "a key that exists is overwritten until the index is unique"
/// since = "2026-11-25"
/// ```
///
/// It is for what a store should do and does not yet. What it does not do at all is a capability to take away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownFailures(Vec<KnownFailure>);

/// A list that cannot be used, and all that is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum BadKnownFailures {
    /// The file cannot be read.
    #[error("The known failures in {file} cannot be read: {source}.")]
    Unreadable {
        /// The file as it was named.
        file: String,
        /// Why not.
        source: io::Error,
    },
    /// Entries that say too little, or something that is not so.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Entries(Vec<BadEntry>),
}

impl KnownFailures {
    /// Nothing is known to fail.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// As for [`KnownFailures::parse`]; and a file that cannot be read.
    pub fn read(file: &Path) -> Result<Self, BadKnownFailures> {
        let name = file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(&name, &text),
            Err(source) => Err(BadKnownFailures::Unreadable { file: name, source }),
        }
    }

    /// Reads a text, which errors call by the name of its file. [`known_failures!`](crate::known_failures) spares the text.
    ///
    /// # Errors
    ///
    /// Whatever is wrong, with the line and what would be right: text that is no such list, cases that do not exist, reasons
    /// that are missing, days that are none, cases that are listed twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, BadKnownFailures> {
        known_failures_file::parse(file, text)
            .map(Self)
            .map_err(BadKnownFailures::Entries)
    }

    /// What is known of an item; `None` where it ought to pass.
    pub fn of(&self, item: &Item) -> Option<&KnownFailure> {
        let (id, case) = (item.id(), item.case.id());
        self.0
            .iter()
            .find(|known| known.case == id || known.case == case)
    }
}

/// The [`KnownFailures`] of a file beside `Cargo.toml`, which becomes part of the test: a [`Backend`](crate::Backend) answers
/// with `known_failures!("known-failures.toml")`.
#[macro_export]
macro_rules! known_failures {
    ($file:literal) => {
        $crate::KnownFailures::parse(
            $file,
            ::std::include_str!(::std::concat!(
                ::std::env!("CARGO_MANIFEST_DIR"),
                "/",
                $file
            )),
        )
    };
}

#[cfg(test)]
mod tests {
    use super::KnownFailures;
    use crate::cases;

    #[test]
    fn a_case_stands_for_all_its_rows_and_a_row_for_itself() {
        let rows: Vec<_> = cases::items()
            .filter(|item| item.row.is_some())
            .take(2)
            .collect();
        let [row, next] = [rows[0], rows[1]];
        let entry = |id: &str| {
            let text =
                format!("[[failure]]\ncase = {id:?}\nreason = \"slow\"\nsince = \"2026-11-25\"");
            KnownFailures::parse("known.toml", &text).expect("a good list")
        };
        assert!(entry(&row.case.id()).of(&row).is_some());
        assert!(entry(&row.id()).of(&row).is_some());
        assert!(entry(&row.id()).of(&next).is_none());
        assert!(KnownFailures::none().of(&row).is_none());
    }
}
