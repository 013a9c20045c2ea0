use std::io::{self, IsTerminal, Write};

use storeproof_fixtures::mutants::{self, Mutant};

use super::{error::Error, selection::Selecting, surroundings::Surroundings};
use crate::{
    harness::{
        Exit, Plan, Seed, Settings,
        teeth::{self, Bite, Progress},
    },
    report::{Style, shortened, wrapped},
};

/// Back to the beginning of the line, and clear it.
const ERASE: &str = "\r\x1b[2K";

/// Runs the suites against deliberately broken stores, and shows which case caught which.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A suite that cannot fail proves nothing. Each broken store is the memory store with one mistake
that an implementer could make. Ends with 1 where one of them survives.

Examples:
  storeproof teeth                       every case against every broken store
  storeproof teeth --suite watch         what one suite catches
  storeproof teeth --mutant page         only broken stores whose name holds \"page\"")]
pub(super) struct Arguments {
    #[command(flatten)]
    selecting: Selecting,
    /// Only broken stores whose name holds this text; give it again for more.
    #[arg(long = "mutant", value_name = "TEXT")]
    mutants: Vec<String>,
    /// Where all randomness comes from. Always the same by default, so that the table stays the same.
    #[arg(long, value_name = "N", default_value_t = Seed(7))]
    seed: Seed,
}

pub(super) async fn teeth(
    arguments: &Arguments,
    surroundings: &Surroundings,
) -> Result<Exit, Error> {
    let mut judged = chosen(&arguments.mutants)?;
    let capabilities = teeth::subject(&mutants::CONTROL).capabilities();
    let plan = Plan::new(&arguments.selecting.clone().into(), capabilities)?;
    let settings = Settings {
        shrink: false,
        ..Settings::with_seed(arguments.seed)
    };
    let live = surroundings.live && io::stderr().is_terminal();
    judged.push(&mutants::CONTROL);
    let mut bites = teeth::bite(&judged, &plan, &settings, teeth::JOBS, |progress| {
        if live {
            let Progress { done, total, .. } = progress;
            redraw(&format!("{done}/{total}"));
        }
    })
    .await;
    if live {
        redraw("");
    }
    let control = bites.pop().expect("the control was judged last");
    let mut out = io::stdout().lock();
    print(&mut out, &bites, &surroundings.style)?;
    verdict(&mut out, &bites, &control, &surroundings.style).map_err(Error::from)
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

fn print(out: &mut impl Write, bites: &[Bite], style: &Style) -> io::Result<()> {
    for bite in bites {
        let (mark, caught) = match &*bite.caught_by {
            [] => (style.bad("✗"), style.bad("survives")),
            [first] => (style.good("✓"), first.clone()),
            [first, rest @ ..] => (style.good("✓"), format!("{first} and {} more", rest.len())),
        };
        writeln!(out, "{mark} {}", style.strong(bite.mutant.name))?;
        for line in wrapped(bite.mutant.fault, style.width() - 4) {
            writeln!(out, "    {}", style.quiet(&line))?;
        }
        if bite.survived() {
            writeln!(out, "    {caught}, though {} cases judged it", bite.judged)?;
        } else {
            writeln!(out, "    {}", shortened(&caught, style.width() - 4))?;
        }
    }
    Ok(())
}

fn verdict(
    out: &mut impl Write,
    bites: &[Bite],
    control: &Bite,
    style: &Style,
) -> io::Result<Exit> {
    let caught = bites.iter().filter(|bite| !bite.survived()).count();
    writeln!(
        out,
        "\n{caught} of {} broken stores are caught",
        bites.len()
    )?;
    if !control.survived() {
        let blamed = format!(
            "The sound store that they are made of is blamed too, by {}: the table proves nothing.",
            control.caught_by.join(", ")
        );
        for line in wrapped(&blamed, style.width()) {
            writeln!(out, "{}", style.bad(&line))?;
        }
    }
    for (id, reason) in bites
        .iter()
        .chain([control])
        .flat_map(|bite| &bite.unjudged)
    {
        writeln!(out, "{id} could not judge: {reason}")?;
    }
    Ok(if caught < bites.len() || !control.survived() {
        Exit::Failed
    } else {
        Exit::Conforms
    })
}
