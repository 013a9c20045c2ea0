use std::io::{self, Write};

use super::{error::Error, requirements, selection::Selecting, surroundings::Surroundings};
use crate::{
    harness::{Capabilities, Capability, Case, Exit, Isolation, Item, Plan},
    report::{Style, wrapped},
};

/// Prints the cases and what each requires, or the requirements and their cases. Starts nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  storeproof list                      every case with its requirement
  storeproof list --suite paging       one suite
  storeproof list --format tsv | cut -f1    ids alone, for scripts
  storeproof list --requirements       what must hold, and which cases look at it")]
pub(super) struct Arguments {
    #[command(flatten)]
    selecting: Selecting,
    /// All requirements instead, with the cases that look at each, or why none does.
    #[arg(long, conflicts_with_all = ["suites", "filters"])]
    requirements: bool,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: suite by suite, or section by section.
    Tree,
    /// For scripts, with tabs between: id, suite, isolation, needs, source and requirement; of a requirement the id and
    /// its cases with commas between, or the id, a dash and why there are none.
    Tsv,
}

pub(super) fn list(arguments: &Arguments, surroundings: &Surroundings) -> Result<Exit, Error> {
    let mut out = io::stdout().lock();
    if arguments.requirements {
        match arguments.format {
            Format::Tree => requirements::tree(&mut out, &surroundings.style)?,
            Format::Tsv => requirements::tsv(&mut out)?,
        }
        return Ok(Exit::Conforms);
    }
    let selection = arguments.selecting.clone().into();
    let plan = Plan::whole(&selection)?;
    let items: Vec<Item> = plan.items().iter().map(|planned| planned.item).collect();
    match arguments.format {
        Format::Tree => tree(&mut out, &items, &surroundings.style)?,
        Format::Tsv => tsv(&mut out, &items)?,
    }
    Ok(Exit::Conforms)
}

/// All that a store can do.
pub(super) fn everything() -> Capabilities {
    Capability::ALL
        .iter()
        .fold(Capabilities::none(), |set, capability| {
            set.with(*capability)
        })
        .without(Capability::JudgedTransformer)
        .without(Capability::JudgedCodec)
}

fn tree(out: &mut impl Write, items: &[Item], style: &Style) -> io::Result<()> {
    for suite in items.chunk_by(|one, other| one.case.suite() == other.case.suite()) {
        let Some(first) = suite.first() else { continue };
        let name = style.strong(first.case.suite());
        writeln!(out, "{name} · {}", suite.len())?;
        for rows in suite.chunk_by(|one, other| one.case.id() == other.case.id()) {
            let Some(first) = rows.first() else { continue };
            writeln!(out, "  {}", first.case.id())?;
            for line in wrapped(first.case.requirement, style.width() - 6) {
                writeln!(out, "      {}", style.quiet(&line))?;
            }
            let names: Vec<&str> = rows.iter().filter_map(Item::row_name).collect();
            if !names.is_empty() {
                let names = format!("rows: {}", names.join(", "));
                for line in wrapped(&names, style.width() - 6) {
                    writeln!(out, "      {}", style.quiet(&line))?;
                }
            }
        }
        writeln!(out)?;
    }
    writeln!(out, "{} cases", items.len())
}

fn tsv(out: &mut impl Write, items: &[Item]) -> io::Result<()> {
    for item in items {
        let case = item.case;
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}",
            item.id(),
            case.suite(),
            isolation(case),
            needs(case).join(" "),
            item.source(),
            case.requirement
        )?;
    }
    Ok(())
}

fn isolation(case: &Case) -> &'static str {
    match case.isolation {
        Isolation::Prefix => "prefix",
        Isolation::Breaking => "breaking",
        Isolation::Own => "own",
        Isolation::Exclusive => "exclusive",
    }
}

fn needs(case: &Case) -> Vec<&'static str> {
    case.needs.iter().map(|need| need.id()).collect()
}
