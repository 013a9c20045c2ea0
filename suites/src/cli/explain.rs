use std::io::{self, Write};

use super::{error::Error, nearest::nearest, surroundings::Surroundings};
use crate::{
    cases,
    harness::{Case, Exit, Isolation, Item},
    report::{Style, quoted, wrapped},
};

/// Says what a case requires, where that is written, and how to run it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  storeproof explain crud::create::refuses_a_key_that_exists

`storeproof list` prints the ids. The end of an id will do where it is the only one.")]
pub(super) struct Arguments {
    /// The id of the case, with or without a row.
    #[arg(value_name = "CASE")]
    case: String,
}

pub(super) fn explain(arguments: &Arguments, surroundings: &Surroundings) -> Result<Exit, Error> {
    let (case, row) = find(&arguments.case)?;
    write(
        &mut io::stdout().lock(),
        case,
        row.as_ref(),
        &surroundings.style,
    )?;
    Ok(Exit::Conforms)
}

/// The case of that id, or of an id that is the only one to end so; and its row, where the id names one.
fn find(id: &str) -> Result<(&'static Case, Option<Item>), Error> {
    if let Some(case) = cases::all().find(|case| case.id() == id) {
        return Ok((case, None));
    }
    if let Some(item) = cases::items().find(|item| item.id() == id) {
        return Ok((item.case, Some(item)));
    }
    let tail = format!("::{id}");
    let mut ending = cases::all().filter(|case| case.id().ends_with(&tail));
    match (ending.next(), ending.next()) {
        (Some(case), None) => Ok((case, None)),
        _ => Err(Error::UnknownCase {
            id: id.to_owned(),
            nearest: nearest(id, cases::all().map(Case::id)),
        }),
    }
}

fn write(out: &mut impl Write, case: &Case, row: Option<&Item>, style: &Style) -> io::Result<()> {
    let id = row.map_or_else(|| case.id(), Item::id);
    writeln!(out, "{}", style.strong(&id))?;
    let mut part = |label: &str, text: &str| -> io::Result<()> {
        let mut label = format!("{label:<11}");
        for line in wrapped(text, style.width() - 15) {
            writeln!(out, "  {}  {line}", style.quiet(&label))?;
            label = " ".repeat(11);
        }
        Ok(())
    };
    part("requirement", case.requirement)?;
    part("source", row.map_or(case.source, Item::source))?;
    if let Some(why) = case.toothless {
        part("teeth", why)?;
    }
    if case.needs.is_empty() {
        part(
            "needs",
            "nothing beyond create, get, list, update and delete",
        )?;
    }
    let mut label = "needs";
    for need in case.needs {
        part(label, &format!("{need}: {}", need.meaning()))?;
        label = "";
    }
    part(
        "isolation",
        match case.isolation {
            Isolation::Prefix => "a key prefix of its own; runs beside other cases",
            Isolation::Exclusive => "a server of its own: it compacts history or counts versions",
        },
    )?;
    if !case.unsafe_deletion {
        part("opening", "unsafe deletion is not allowed")?;
    }
    if row.is_none() {
        let names: Vec<&str> = case.rows().iter().map(|row| row.name).collect();
        part("rows", &names.join(", "))?;
    }
    // Commands stay whole, so that they can be copied.
    let filter = quoted(&id);
    writeln!(out, "\n  storeproof run --filter {filter}")?;
    writeln!(out, "  storeproof run memory --filter {filter}")
}
