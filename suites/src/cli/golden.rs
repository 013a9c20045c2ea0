use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::error::Error;
use crate::{
    golden::{BadGolden, Golden},
    harness::Exit,
    report::record::Report,
};

/// Holds a run of the wire contract against golden results: how each case came out on a release of etcd.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  storeproof run etcd:3.5.30 --suite contract --out new
  storeproof golden suites/golden/etcd-3.5.30.tsv new
  storeproof golden mine.tsv new --write

Ends with 5 where a case came out otherwise, is missing or is new, and else with 0.")]
pub(super) struct Arguments {
    /// The golden results.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The run: the folder it was written into with --out, or its report.json.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Make the file of the run. What it said of outcomes that are the same still is kept.
    #[arg(long)]
    write: bool,
}

pub(super) fn golden(arguments: &Arguments) -> Result<Exit, Error> {
    let Arguments { file, run, write } = arguments;
    let report = Report::read(run)?;
    let old = match read(file) {
        Ok(old) => Some(old),
        Err(BadGolden::Unreadable { cause, .. })
            if *write && cause.kind() == io::ErrorKind::NotFound =>
        {
            None
        }
        Err(error) => return Err(error.into()),
    };
    let new = Golden::of(&report.subjects, old.as_ref())?;
    let mut out = io::stdout().lock();
    if *write {
        fs::write(file, new.text(&file.display().to_string()))?;
        writeln!(out, "{} cases in {}", new.entries.len(), file.display())?;
        for entry in new.unexplained() {
            let words = entry.outcome.words();
            writeln!(out, "say why: {} ({words})", entry.case)?;
        }
        return Ok(Exit::Conforms);
    }
    let differences = old.map(|old| old.differences(&new)).unwrap_or_default();
    for difference in &differences {
        writeln!(out, "{difference}")?;
    }
    if differences.is_empty() {
        let count = new.entries.len();
        writeln!(out, "all {count} cases came out as on etcd {}", new.version)?;
    }
    Ok(match &differences[..] {
        [] => Exit::Conforms,
        _ => Exit::Regressed,
    })
}

fn read(file: &Path) -> Result<Golden, BadGolden> {
    let text = fs::read_to_string(file).map_err(|cause| BadGolden::Unreadable {
        path: file.to_owned(),
        cause,
    })?;
    Golden::parse(file, &text)
}
