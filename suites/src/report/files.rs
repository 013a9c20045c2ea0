use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::{
    html,
    jsonl::write_line,
    junit, markdown,
    record::{Footer, Line, Report, SubjectRecord},
};
use crate::harness::Seed;

/// A line a case of one subject, a footer last.
pub const RESULTS: &str = "results.jsonl";
/// The whole run in one object.
pub const REPORT: &str = "report.json";
/// The same for a pull request.
pub const MARKDOWN: &str = "report.md";
/// The same as a page that needs nothing but itself.
pub const HTML: &str = "report.html";
/// One subject for continuous integration.
pub const JUNIT: &str = "junit.xml";
/// The folder beside them in which a file a failure holds everything that was noted.
pub const HISTORY: &str = "history";

/// The folder of a run, with what tells of all its subjects: [`REPORT`], [`MARKDOWN`] and [`HTML`].
///
/// They appear at the end, each at once: whoever finds one finds a whole one, and none from an earlier run.
#[derive(Debug)]
pub struct RunFolder(PathBuf);

impl RunFolder {
    /// Makes the folder, and removes the reports of an earlier run from it.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written to; the error names the path.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        prepare(&folder, &[REPORT, MARKDOWN, HTML])?;
        Ok(Self(folder))
    }

    /// Writes the reports.
    ///
    /// # Errors
    ///
    /// One of them cannot be written; the error names it.
    pub fn write(&self, report: &Report) -> io::Result<()> {
        let mut json = serde_json::to_vec_pretty(report)?;
        json.push(b'\n');
        put(&self.0.join(MARKDOWN), markdown::render(report).as_bytes())?;
        put(&self.0.join(HTML), html::render(report)?.as_bytes())?;
        // It comes last: where it stands, everything else does.
        put(&self.0.join(REPORT), &json)
    }
}

/// The folder of one subject: [`RESULTS`] and [`JUNIT`], and in [`HISTORY`] what was noted of cases that fail, which is
/// there before either.
#[derive(Debug)]
pub struct SubjectFolder(PathBuf);

impl SubjectFolder {
    /// Makes the folder, and removes what an earlier run left of these in it.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written to; the error names the path.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        prepare(&folder, &[RESULTS, JUNIT])?;
        for path in earlier_histories(&folder.join(HISTORY)) {
            remove(&path)?;
        }
        Ok(Self(folder))
    }

    /// Where the histories of this run go.
    pub fn histories(&self) -> PathBuf {
        self.0.join(HISTORY)
    }

    /// Writes both.
    ///
    /// # Errors
    ///
    /// One of them cannot be written; the error names it.
    pub fn write(&self, subject: &SubjectRecord, seed: Seed) -> io::Result<()> {
        let mut lines = Vec::new();
        for case in &subject.cases {
            write_line(&mut lines, &Line::Case(case.clone()))?;
        }
        write_line(&mut lines, &Line::Footer(Footer::of(subject, seed)))?;
        // Nobody needs it where it is empty.
        let _ = fs::remove_dir(self.histories());
        put(&self.0.join(RESULTS), &lines)?;
        put(&self.0.join(JUNIT), &junit::render(subject, seed)?)
    }
}

/// Makes a folder that can be written to and holds none of these files.
fn prepare(folder: &Path, names: &[&str]) -> io::Result<()> {
    let named = |error| at(folder, "The folder for reports cannot be used", &error);
    fs::create_dir_all(folder).map_err(named)?;
    NamedTempFile::new_in(folder).map_err(named)?;
    names.iter().try_for_each(|name| remove(&folder.join(name)))
}

/// The histories of an earlier run; none where there is no such folder.
fn earlier_histories(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        })
        .collect()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(at(path, "An earlier report cannot be removed", &error))
        }
        _ => Ok(()),
    }
}

/// Writes a whole file or none.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let named = |error: &io::Error| at(path, "The report cannot be written", error);
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = Builder::new()
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(|error| named(&error))?;
    fs::write(file.path(), bytes).map_err(|error| named(&error))?;
    file.persist(path).map_err(|error| named(&error.error))?;
    Ok(())
}

fn at(path: &Path, what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {}: {error}", path.display()))
}
