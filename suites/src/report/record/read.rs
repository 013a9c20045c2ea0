use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Report, VERSION};
use crate::report::REPORT;

/// A report that cannot be read: which, why, and what would help.
#[derive(Debug, thiserror::Error)]
pub enum BadReport {
    /// There is none.
    #[error(
        "There is no report at {}. `storeproof run --out DIR` writes one: name its folder, or the {REPORT} in it.", .0.display()
    )]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("The report {} cannot be read: {cause}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It is something else.
    #[error("{} is no report of a run: {cause}. `storeproof run --out DIR` writes one, as {REPORT}.", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// It was written in another format.
    #[error(
        "The report {} has the format {found}, and this storeproof reads {VERSION}. Judge again, or compare both reports \
         with the storeproof that wrote them.", .path.display()
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version it states.
        found: u64,
    },
}

/// All that every version has in common.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

impl Report {
    /// The report at that path, or in the folder at that path.
    ///
    /// # Errors
    ///
    /// There is none, or it is not of this version.
    pub fn read(path: &Path) -> Result<Self, BadReport> {
        let path = if path.is_dir() {
            path.join(REPORT)
        } else {
            path.to_owned()
        };
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(BadReport::Missing(path));
            }
            Err(cause) => return Err(BadReport::Unreadable { path, cause }),
        };
        Self::parse(&path, &text)
    }

    /// The report in this text, which stands in that file.
    fn parse(path: &Path, text: &[u8]) -> Result<Self, BadReport> {
        let foreign = |cause| BadReport::Foreign {
            path: path.to_owned(),
            cause,
        };
        let Versioned { version } = serde_json::from_slice(text).map_err(foreign)?;
        if version != u64::from(VERSION) {
            return Err(BadReport::OtherVersion {
                path: path.to_owned(),
                found: version,
            });
        }
        serde_json::from_slice(text).map_err(foreign)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::report::sample;

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let report = sample::report();
        let text = serde_json::to_vec_pretty(&report).unwrap();
        let read = Report::parse(Path::new("o/report.json"), &text).unwrap();
        assert_eq!(read, report);
    }

    #[rstest]
    #[case::nothing("", "o/report.json is no report")]
    #[case::of_another_program(r#"{"name": "x"}"#, "missing field `version`")]
    #[case::of_before(
        r#"{"version": 1, "subject": "memory"}"#,
        "has the format 1, and this storeproof reads 2"
    )]
    #[case::of_the_future(r#"{"version": 70000000000}"#, "has the format 70000000000")]
    #[case::cut_off(r#"{"version": 2, "seed": 7}"#, "missing field `suite_version`")]
    fn what_is_wrong_is_named(#[case] text: &str, #[case] says: &str) {
        let error = Report::parse(Path::new("o/report.json"), text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.to_string().contains("o/report.json"), "{error}");
    }

    #[test]
    fn a_folder_stands_for_the_report_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = Report::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("report.json"), "{error}");
        assert!(error.contains("storeproof run --out DIR"), "{error}");
        let text = serde_json::to_vec(&sample::report()).unwrap();
        fs::write(folder.path().join(REPORT), text).unwrap();
        assert_eq!(Report::read(folder.path()).unwrap(), sample::report());
    }
}
