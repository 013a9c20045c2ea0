use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::{
    Begun, Ended, Event, Sink,
    jsonl::write_line,
    junit,
    record::{CaseRecord, Footer, Line, Report},
};

/// A line a case, a footer last.
pub const RESULTS: &str = "results.jsonl";
/// The whole run in one object.
pub const REPORT: &str = "report.json";
/// The same for continuous integration.
pub const JUNIT: &str = "junit.xml";
/// The folder beside them in which a file a failure holds everything that was noted.
pub const HISTORY: &str = "history";

/// The reports of one run in a folder: [`RESULTS`], [`REPORT`] and [`JUNIT`].
///
/// All appear at the end, each at once: whoever finds one finds a whole one, and none from an earlier run. What was noted
/// of a case that fails is in the folder [`HISTORY`] by then, and is named there.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    begun: Option<Begun>,
    /// The place in the plan, and the record.
    cases: Vec<(usize, CaseRecord)>,
}

impl Files {
    /// Makes the folder, and removes the reports of an earlier run from it.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written to; the error names the path.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        let named = |error| at(&folder, "The folder for reports cannot be used", &error);
        fs::create_dir_all(&folder).map_err(named)?;
        NamedTempFile::new_in(&folder).map_err(named)?;
        for name in [RESULTS, REPORT, JUNIT] {
            remove(&folder.join(name))?;
        }
        for path in earlier_histories(&folder.join(HISTORY)) {
            remove(&path)?;
        }
        Ok(Self {
            folder,
            begun: None,
            cases: Vec::new(),
        })
    }

    /// Where the histories of this run go.
    pub fn histories(&self) -> PathBuf {
        self.folder.join(HISTORY)
    }

    fn write(&mut self, ended: &Ended) -> io::Result<()> {
        let Some(begun) = self.begun.take() else {
            return Ok(());
        };
        self.cases.sort_by_key(|(place, _)| *place);
        let cases: Vec<CaseRecord> = self.cases.drain(..).map(|(_, case)| case).collect();
        let mut lines = Vec::new();
        for case in &cases {
            write_line(&mut lines, &Line::Case(case.clone()))?;
        }
        write_line(&mut lines, &Line::Footer(Footer::new(&begun, ended)))?;
        let mut report = serde_json::to_vec_pretty(&Report::new(&begun, &cases, ended))?;
        report.push(b'\n');
        put(&self.folder.join(RESULTS), &lines)?;
        put(
            &self.folder.join(JUNIT),
            &junit::render(&begun, &cases, ended)?,
        )?;
        // The report comes last: where it stands, everything else does.
        put(&self.folder.join(REPORT), &report)
    }
}

impl Sink for Files {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Begun(begun) => self.begun = Some(begun.clone()),
            Event::Started(_) => {}
            Event::Finished(finished) => {
                let record = CaseRecord::from(finished);
                let plan = self.begun.as_ref().map(|begun| &begun.plan);
                let place = plan.map_or(0, |plan| plan.place(&finished.item));
                self.cases.push((place, record));
            }
            Event::Ended(ended) => self.write(ended)?,
        }
        Ok(())
    }
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
