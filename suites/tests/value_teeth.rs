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
use tokio::{runtime::Builder, task::JoinSet};

/// Random sequences must not decide whether a test passes.
const SEED: Seed = Seed(7);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tables = Arc::new(Tables::default());
    let mut trials = Vec::new();
    for sound in mutants::sound_values() {
        let name = format!("control::{}", sound.name);
        trials.push(Trial::test(name, move || passes(sound)));
    }
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

/// Every case against every mutant, all at once: some are caught by waiting in vain.
#[expect(
    clippy::print_stdout,
    reason = "who catches whom is there for whoever asks for it"
)]
fn judge_all(mutants: &[&'static Mutant]) -> Findings {
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("threads can be made");
    let mut tables = JoinSet::new();
    for (place, mutant) in mutants.iter().enumerate() {
        let settings = Settings {
            shrink: false,
            ..Settings::with_seed(SEED)
        };
        let mut table = Table::new(&[mutant], &plan(mutant), settings);
        let fill = async move {
            table.complete(teeth::JOBS, |_| {}).await;
            (place, table)
        };
        tables.spawn_on(fill, runtime.handle());
    }
    let mut tables = runtime.block_on(tables.join_all());
    tables.sort_by_key(|(place, _)| *place);
    let bites: Vec<Bite> = tables.iter().flat_map(|(_, table)| table.bites()).collect();
    let mut idle = Vec::new();
    for mutant in mutants {
        let items = plan(mutant);
        idle.extend(items.items().iter().map(|planned| planned.item));
    }
    for bite in &bites {
        let caught: Vec<String> = bite.caught_by.iter().map(Item::id).collect();
        println!("{}: {}", bite.mutant.name, caught.join(", "));
        idle.retain(|item| !caught.contains(&item.id()));
    }
    idle.sort_by_key(Item::id);
    idle.dedup_by_key(|item| item.id());
    Findings { bites, idle }
}

fn plan(mutant: &'static Mutant) -> Plan {
    let capabilities = teeth::subject(mutant).capabilities();
    Plan::new(&Selection::default(), capabilities).expect("there are cases")
}

/// What mutants are made of passes every case.
fn passes(sound: &'static Mutant) -> Result<(), Failed> {
    let findings = judge_all(&[sound]);
    let bite = findings.bites.first().ok_or("It was not judged")?;
    let blaming = bite.caught_by.iter().map(Item::id);
    let blaming: Vec<String> = blaming
        .chain(bite.unjudged.iter().map(|(item, _)| item.id()))
        .collect();
    if blaming.is_empty() {
        return Ok(());
    }
    Err(format!("It is blamed without a fault: {}", blaming.join(", ")).into())
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
