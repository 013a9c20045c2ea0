use std::io::{self, Write};

use super::{error::Error, requirements::part, surroundings::Surroundings};
use crate::{
    cases,
    harness::{Case, Exit, Isolation, Item, Kind},
    nearest::nearest,
    report::{Style, quoted},
    requirements::{self, Requirement},
};

/// Says what a case requires, where that is written, and how to run it; or what a requirement is, and its cases.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  storeproof explain crud::create::refuses_a_key_that_exists
  storeproof explain store/5.3.3

`storeproof list` prints the ids of cases; the end of an id will do where it is the only one.
`storeproof list --requirements` prints those of requirements, the sources of cases.")]
pub(super) struct Arguments {
    /// The id of a case, with or without a row, or of a requirement.
    #[arg(value_name = "CASE|REQUIREMENT")]
    id: String,
}

pub(super) fn explain(arguments: &Arguments, surroundings: &Surroundings) -> Result<Exit, Error> {
    let mut out = io::stdout().lock();
    let style = &surroundings.style;
    match find(&arguments.id)? {
        Found::Case(case) => write(&mut out, case, None, style)?,
        Found::Row(item) => write(&mut out, item.case, Some(&item), style)?,
        Found::Requirement(found) => super::requirements::explain(&mut out, &found, style)?,
    }
    Ok(Exit::Conforms)
}

/// What an id may be of.
enum Found {
    Case(&'static Case),
    Row(Item),
    Requirement(Requirement),
}

/// What has that id; or the case whose id is the only one to end so.
fn find(id: &str) -> Result<Found, Error> {
    if let Some(case) = cases::all().find(|case| case.id() == id) {
        return Ok(Found::Case(case));
    }
    if let Some(item) = cases::items().find(|item| item.id() == id) {
        return Ok(Found::Row(item));
    }
    if let Some(requirement) = requirements::find(id) {
        return Ok(Found::Requirement(requirement));
    }
    let tail = format!("::{id}");
    let mut ending = cases::all().filter(|case| case.id().ends_with(&tail));
    match (ending.next(), ending.next()) {
        (Some(case), None) => Ok(Found::Case(case)),
        _ => Err(Error::UnknownId {
            id: id.to_owned(),
            nearest: nearest(id, ids()),
        }),
    }
}

fn ids() -> impl Iterator<Item = String> {
    let requirements = requirements::all().map(|requirement| requirement.id.to_owned());
    cases::all().map(Case::id).chain(requirements)
}

fn write(out: &mut impl Write, case: &Case, row: Option<&Item>, style: &Style) -> io::Result<()> {
    let id = row.map_or_else(|| case.id(), Item::id);
    writeln!(out, "{}", style.strong(&id))?;
    let mut part = |label: &str, text: &str| part(out, label, text, style);
    part("requirement", case.requirement)?;
    part("source", row.map_or(case.source, Item::source))?;
    if let Some(why) = case.toothless {
        part("teeth", why)?;
    }
    if case.needs.is_empty() && case.kind() == Kind::Store {
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
            Isolation::Breaking => "a server of its own: it breaks it, and heals it again",
            Isolation::Own => {
                "servers of its own, which it may break; few such cases run at a time"
            }
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
    if case.kind() != Kind::Store {
        return writeln!(
            out,
            "\n  cargo test --test TARGET -- {filter}    (a target of `conformance!` for {})",
            case.kind()
        );
    }
    writeln!(out, "\n  storeproof run --filter {filter}")?;
    writeln!(out, "  storeproof run memory --filter {filter}")
}
