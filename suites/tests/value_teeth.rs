//! The suites of transformers and codecs can fail: each broken one is caught by a case, and each case catches one.
//!
//! Which case catches whom is printed with `--nocapture`; that each mutant is caught, and that sound ones pass, are trials
//! of their own.

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use storeproof_suites::{
    fixtures::mutants::{self, Mutant},
    harness::{
        Item, Plan, Seed, Selection, Settings,
        teeth::{self, Bite, Table},
    },
};
use tokio::runtime::Builder;

/// Random sequences must not decide whether a test passes.
const SEED: Seed = Seed(7);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tables = Arc::new(Tables::default());
    let mut trials = Vec::new();
    for (kind, mutants) in [
        (
            "transformer",
            mutants::transformers as fn() -> Vec<&'static Mutant>,
        ),
        ("codec", mutants::codecs),
    ] {
        let table = Arc::clone(&tables);
        trials.push(Trial::test(
            format!("{kind}::items::each_catches_a_mutant"),
            move || all_have_teeth(&table.of(kind, mutants)),
        ));
        for mutant in mutants() {
            let table = Arc::clone(&tables);
            let name = format!("{kind}::caught::{}", mutant.name);
            trials.push(Trial::test(name, move || {
                is_caught(&table.of(kind, mutants), mutant)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What catches whom, once it was asked for.
#[derive(Default)]
struct Tables(Mutex<Vec<(&'static str, Arc<Findings>)>>);

struct Findings {
    bites: Vec<Bite>,
    idle: Vec<Item>,
}

impl Tables {
    fn of(&self, kind: &'static str, mutants: fn() -> Vec<&'static Mutant>) -> Arc<Findings> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = tables.iter().find(|(name, _)| *name == kind) {
            return Arc::clone(known);
        }
        let findings = Arc::new(judge_all(&mutants()));
        tables.push((kind, Arc::clone(&findings)));
        findings
    }
}

/// Every case against every mutant: they take milliseconds.
fn judge_all(mutants: &[&'static Mutant]) -> Findings {
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("threads can be made");
    let settings = Settings {
        shrink: false,
        ..Settings::with_seed(SEED)
    };
    let plan = |mutant: &'static Mutant| {
        let capabilities = teeth::subject(mutant).capabilities();
        Plan::new(&Selection::default(), capabilities).expect("there are cases")
    };
    let mut bites = Vec::new();
    let mut idle: Option<Vec<Item>> = None;
    for mutant in mutants {
        let mut table = Table::new(&[mutant], &plan(mutant), settings.clone());
        runtime.block_on(table.complete(teeth::JOBS, |_| {}));
        let bite = table.bites().into_iter().next();
        let bite = bite.expect("the table has a row");
        let caught: Vec<String> = bite.caught_by.iter().map(Item::id).collect();
        println!("{}: {}", mutant.name, caught.join(", "));
        let all = plan(mutant)
            .items()
            .iter()
            .map(|planned| planned.item)
            .collect();
        let left = idle.take().unwrap_or(all);
        idle = Some(
            left.into_iter()
                .filter(|item| !caught.contains(&item.id()))
                .collect(),
        );
        bites.push(bite);
    }
    Findings {
        bites,
        idle: idle.unwrap_or_default(),
    }
}

fn is_caught(findings: &Findings, mutant: &Mutant) -> Result<(), Failed> {
    let mut bites = findings.bites.iter();
    let bite = bites.find(|bite| bite.mutant.name == mutant.name);
    let bite = bite.ok_or("It was not judged")?;
    if let Some((item, reason)) = bite.unjudged.first() {
        return Err(format!("{} could not judge it: {reason}", item.id()).into());
    }
    if bite.is_caught_as_expected() {
        return Ok(());
    }
    Err(format!(
        "No case of the suite {} notices this mistake: {}\n{} cases judged it.",
        mutant.expectation, mutant.fault, bite.judged
    )
    .into())
}

fn all_have_teeth(findings: &Findings) -> Result<(), Failed> {
    let toothless = findings.idle.iter();
    let idle: Vec<String> = toothless
        .filter(|item| item.case.toothless.is_none())
        .map(Item::id)
        .collect();
    if idle.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} cases or rows catch no mutant, and do not say why:\n{}",
        idle.len(),
        idle.join("\n")
    )
    .into())
}
