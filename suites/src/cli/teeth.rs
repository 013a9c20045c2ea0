use std::io::{self, IsTerminal, Write};

use storeproof_fixtures::mutants::{self, Mutant};

use super::{
    bites::{self, Findings},
    error::Error,
    screens::screens,
    selection::Selecting,
    surroundings::Surroundings,
};
use crate::harness::{
    Exit, Plan, Seed, Settings,
    teeth::{self, Progress, Table},
};

/// Back to the beginning of the line, and clear it.
const ERASE: &str = "\r\x1b[2K";

/// Runs the suites against deliberately broken stores, and shows which case caught which.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A suite that cannot fail proves nothing. Each broken store is the memory store with one mistake
that an implementer could make. Ends with 1 where one of them survives, or where a case, or a row
of one, catches none of them without saying why it cannot.

Examples:
  storeproof teeth                       every case against broken stores until it catches one
  storeproof teeth --all                 every case against every broken store
  storeproof teeth --suite watch         what one suite catches
  storeproof teeth --mutant page         only broken stores whose name holds \"page\"
  storeproof teeth --format tsv          a line a catch, for scripts
  storeproof teeth --mutant watch_drops_some --suite watch --screens
                                         how the failures of a broken store read")]
pub(super) struct Arguments {
    #[command(flatten)]
    selecting: Selecting,
    /// Only broken stores whose name holds this text; give it again for more. Cases are not asked for teeth then.
    #[arg(long = "mutant", value_name = "TEXT")]
    mutants: Vec<String>,
    /// Run everything, also where a broken store is caught and a case has caught one.
    #[arg(long)]
    all: bool,
    /// How to print what was caught.
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
    /// Run each case against each broken store, and print every failure as a reader of a report sees it.
    #[arg(long, conflicts_with_all = ["all", "format"])]
    screens: bool,
    /// Where all randomness comes from. Always the same by default, so that the table stays the same.
    #[arg(long, value_name = "N", default_value_t = Seed(7))]
    seed: Seed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: broken store by broken store, suite by suite.
    Tree,
    /// For scripts: broken store and id of the case, with a tab between. The verdict goes to standard error.
    Tsv,
}

pub(super) async fn teeth(
    arguments: &Arguments,
    surroundings: &Surroundings,
) -> Result<Exit, Error> {
    let mut judged = chosen(&arguments.mutants)?;
    let capabilities = teeth::subject(&mutants::CONTROL).capabilities();
    let plan = Plan::new(&arguments.selecting.clone().into(), capabilities)?;
    let settings = Settings {
        // A table needs verdicts only; a reader gets what a run would show.
        shrink: arguments.screens,
        ..Settings::with_seed(arguments.seed)
    };
    if arguments.screens {
        return screens(&judged, &plan, &settings, &surroundings.style).await;
    }
    judged.push(&mutants::CONTROL);
    let mut table = Table::new(&judged, &plan, settings);
    fill(&mut table, arguments, surroundings).await;
    let findings = Findings::of(&table, arguments.mutants.is_empty());
    let style = &surroundings.style;
    let mut out = io::stdout().lock();
    let exit = match arguments.format {
        Format::Tree => {
            bites::tree(&mut out, &findings, style)?;
            bites::verdict(&mut out, &findings, style)?
        }
        Format::Tsv => {
            bites::tsv(&mut out, &findings)?;
            bites::verdict(&mut io::stderr().lock(), &findings, style)?
        }
    };
    Ok(exit)
}

async fn fill(table: &mut Table, arguments: &Arguments, surroundings: &Surroundings) {
    let live = surroundings.live && io::stderr().is_terminal();
    let shown = |what: &'static str| {
        move |progress: Progress| {
            if live {
                let Progress { done, total, .. } = progress;
                redraw(&format!("{what}: {done}/{total}"));
            }
        }
    };
    if arguments.all {
        table.complete(teeth::JOBS, shown("everything")).await;
    } else {
        table
            .catch_mutants(teeth::ENOUGH, teeth::JOBS, shown("broken stores"))
            .await;
        if arguments.mutants.is_empty() {
            table.try_items(teeth::JOBS, shown("cases")).await;
        }
    }
    if live {
        redraw("");
    }
}

/// The broken stores whose names hold one of the texts; all of them where there is no text.
fn chosen(texts: &[String]) -> Result<Vec<&'static Mutant>, Error> {
    let holds = |mutant: &&&Mutant| texts.iter().any(|text| mutant.name.contains(&**text));
    let all = mutants::all().iter();
    let chosen: Vec<_> = all
        .filter(|mutant| texts.is_empty() || holds(mutant))
        .copied()
        .collect();
    if chosen.is_empty() {
        let known: Vec<&str> = mutants::all().iter().map(|mutant| mutant.name).collect();
        return Err(Error::NoMutant {
            texts: texts.to_vec(),
            known: known.join(", "),
        });
    }
    Ok(chosen)
}

/// Replaces the last line of the terminal. Where that fails nobody looks.
fn redraw(text: &str) {
    let _ = write!(io::stderr().lock(), "{ERASE}{text}");
}
