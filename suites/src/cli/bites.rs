//! What the command shows of a table of mutants and cases.

use std::io::{self, Write};

use crate::{
    harness::{
        Exit, Item,
        teeth::{Bite, Table},
    },
    report::{Style, shortened, wrapped},
};

/// What a table says once it is filled.
pub(super) struct Findings {
    bites: Vec<Bite>,
    control: Bite,
    /// What caught nothing, where that is asked.
    idle: Vec<Item>,
    /// How many items were to catch something.
    asked: usize,
}

impl Findings {
    /// The last row of the table is the control. Items are asked for teeth where all mutants were there to be caught.
    pub(super) fn of(table: &Table, all_mutants: bool) -> Self {
        let mut bites = table.bites();
        let control = bites.pop().expect("the control was judged last");
        let (idle, asked) = if all_mutants {
            (table.without_teeth(), table.items())
        } else {
            (Vec::new(), 0)
        };
        Self {
            bites,
            control,
            idle,
            asked,
        }
    }
}

/// A line a catch: mutant, tab, item.
pub(super) fn tsv(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    for bite in &findings.bites {
        for item in &bite.caught_by {
            writeln!(out, "{}\t{}", bite.mutant.name, item.id())?;
        }
    }
    Ok(())
}

/// Mutant by mutant: the mistake, and a line for each suite that caught it.
pub(super) fn tree(out: &mut impl Write, findings: &Findings, style: &Style) -> io::Result<()> {
    for bite in &findings.bites {
        let mark = if bite.survived() {
            style.bad("✗")
        } else {
            style.good("✓")
        };
        writeln!(out, "{mark} {}", style.strong(bite.mutant.name))?;
        for line in wrapped(bite.mutant.fault, style.width() - 4) {
            writeln!(out, "    {}", style.quiet(&line))?;
        }
        if bite.survived() {
            let survives = style.bad("survives");
            writeln!(
                out,
                "    {survives}, though {} cases judged it",
                bite.judged
            )?;
        }
        let suites = bite
            .caught_by
            .chunk_by(|one, other| one.case.suite() == other.case.suite());
        for suite in suites {
            let [first, rest @ ..] = suite else { continue };
            let caught = match rest.len() {
                0 => first.id(),
                more => format!("{} and {more} more", first.id()),
            };
            writeln!(out, "    {}", shortened(&caught, style.width() - 4))?;
        }
    }
    writeln!(out)
}

/// What survives, what catches nothing, what could not judge, and the numbers last.
pub(super) fn verdict(
    out: &mut impl Write,
    findings: &Findings,
    style: &Style,
) -> io::Result<Exit> {
    let Findings { bites, control, .. } = findings;
    let toothless = idle(out, findings, style)?;
    for bite in bites.iter().chain([control]) {
        for (item, reason) in &bite.unjudged {
            let (id, name) = (item.id(), bite.mutant.name);
            writeln!(out, "{id} could not judge {name}: {reason}")?;
        }
    }
    if !control.survived() {
        let ids: Vec<String> = control.caught_by.iter().map(Item::id).collect();
        let blamed = format!(
            "The sound store that they are made of is blamed too, by {}: the table proves nothing.",
            ids.join(", ")
        );
        for line in wrapped(&blamed, style.width()) {
            writeln!(out, "{}", style.bad(&line))?;
        }
        if let Some(first) = &control.first {
            writeln!(out, "    expected: {}", first.expected)?;
            writeln!(out, "    observed: {}", first.observed)?;
        }
    }
    let caught = bites.iter().filter(|bite| !bite.survived()).count();
    let all = bites.len();
    writeln!(out, "{caught} of {all} broken stores are caught")?;
    if findings.asked > 0 {
        let (asked, noted) = (findings.asked, findings.idle.len() - toothless);
        let biting = asked - findings.idle.len();
        writeln!(
            out,
            "{biting} of {asked} cases and rows catch one, {noted} say why they cannot, {toothless} catch nothing"
        )?;
    }
    let holds = caught == all && control.survived() && toothless == 0;
    Ok(if holds { Exit::Conforms } else { Exit::Failed })
}

/// Names the items that caught nothing with their notes, and returns how many have none.
fn idle(out: &mut impl Write, findings: &Findings, style: &Style) -> io::Result<usize> {
    let mut toothless = 0;
    for item in &findings.idle {
        let mark = style.bad("✗");
        match item.case.toothless {
            None => {
                toothless += 1;
                writeln!(out, "{mark} {} catches nothing", item.id())?;
            }
            Some(why) => {
                writeln!(out, "{} {}", style.doubtful("–"), item.id())?;
                for line in wrapped(why, style.width() - 4) {
                    writeln!(out, "    {}", style.quiet(&line))?;
                }
            }
        }
    }
    Ok(toothless)
}
