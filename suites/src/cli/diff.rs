use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{error::Error, surroundings::Surroundings};
use crate::{
    harness::Exit,
    report::{
        diff::{difference, markdown, text},
        record::Report,
    },
};

/// Compares two runs: what regressed, what was fixed, what is new or gone, and where support changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  storeproof run etcd:3.5.16 --out old
  storeproof run etcd:3.5.30 --out new
  storeproof diff old new
  storeproof diff old new --format markdown > comment.md

Subjects are the same where their names are, or where each run has only one.
Ends with 5 where a case fails that did not before, with 3 where nothing can be said of one any
more, with 6 where a subject could not be judged any more, and else with 0.")]
pub(super) struct Arguments {
    /// The earlier run: the folder it was written into with --out, or its report.json.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The later run.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: subject by subject.
    Tree,
    /// For a comment on a pull request.
    Markdown,
}

pub(super) fn diff(arguments: &Arguments, surroundings: &Surroundings) -> Result<Exit, Error> {
    let (old, new) = (Report::read(&arguments.old)?, Report::read(&arguments.new)?);
    let difference = difference(&old, &new);
    let mut out = io::stdout().lock();
    match arguments.format {
        Format::Tree => {
            for line in text(&difference, &surroundings.style) {
                writeln!(out, "{line}")?;
            }
        }
        Format::Markdown => write!(out, "{}", markdown(&difference))?,
    }
    Ok(difference.exit())
}
