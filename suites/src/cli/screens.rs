//! How a reader sees broken stores fail.

use std::io::{self, Write};

use futures::{StreamExt, stream};
use storeproof_fixtures::mutants::Mutant;

use super::error::Error;
use crate::{
    harness::{Exit, Item, Outcome, Plan, Settings, Support, run_item, teeth},
    report::{Style, styled_screen, wrapped},
};

/// Judges each broken store with everything in the plan, and prints a screen for whatever catches it.
pub(super) async fn screens(
    mutants: &[&'static Mutant],
    plan: &Plan,
    settings: &Settings,
    style: &Style,
) -> Result<Exit, Error> {
    let runs = plan.items().iter();
    let runs = runs.filter(|planned| planned.support == Support::Runs);
    let items: Vec<Item> = runs.map(|planned| planned.item).collect();
    let mut exit = Exit::Conforms;
    for mutant in mutants {
        title(mutant, style)?;
        let subject = teeth::subject(mutant);
        let mut outcomes = stream::iter(items.clone())
            .map(|item| {
                let judged = run_item(item, subject.clone(), settings.clone());
                async move { (item, judged.await) }
            })
            .buffered(teeth::JOBS);
        let mut caught = false;
        while let Some((item, outcome)) = outcomes.next().await {
            if matches!(outcome, Outcome::Failed(_)) {
                caught = true;
                let screen = styled_screen(*style, &item, &outcome, None);
                write!(io::stdout().lock(), "\n{screen}")?;
            }
        }
        if !caught {
            exit = Exit::Failed;
            let survives = style.bad("survives");
            writeln!(io::stdout().lock(), "    {survives}")?;
        }
        writeln!(io::stdout().lock())?;
    }
    Ok(exit)
}

fn title(mutant: &Mutant, style: &Style) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", style.strong(mutant.name))?;
    for line in wrapped(mutant.fault, style.width() - 4) {
        writeln!(out, "    {}", style.quiet(&line))?;
    }
    Ok(())
}
