//! The suites can fail: each notices the broken stores that were made for it, and passes the sound one they are made of.
//!
//! One trial a mutant, judged by the suite that its table names, and one for what catches no mutant at all;
//! `storeproof teeth` shows who catches whom.

use std::{
    process::ExitCode,
    sync::{Arc, PoisonError, RwLock},
};

use libtest_mimic::{Arguments, Failed, Trial};
use storeproof_suites::{
    fixtures::mutants::{self, Mutant},
    harness::{
        Capability, Item, Plan, Seed, Selection, Settings,
        teeth::{self, Bite, Table},
    },
};
use tokio::runtime::{Builder, Runtime};

/// Random sequences must not decide whether a test passes.
const SEED: Seed = Seed(7);

/// So many cases judge a mutant at a time: all mutants are judged at once, and one case is enough for each.
const AT_A_TIME: usize = 8;

/// The suites in which callers suggest something.
const IGNORING: [&str; 6] = [
    "keys",
    "update",
    "delete",
    "transform",
    "requests",
    "property",
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let runtime = Arc::new(
        Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("threads can be made"),
    );
    // Held for writing by trials of sound stores: those must not run out of time because broken ones take all of it.
    let crowd = Arc::new(RwLock::new(()));
    let (control, alone) = (Arc::clone(&runtime), Arc::clone(&crowd));
    let mut trials = vec![Trial::test("control::passes_every_case", move || {
        let _alone = alone.write().unwrap_or_else(PoisonError::into_inner);
        passes(&judge_whole(&control, &mutants::CONTROL)?)
    })];
    let (without, alone) = (Arc::clone(&runtime), Arc::clone(&crowd));
    trials.push(Trial::test("control::may_ignore_suggestions", move || {
        let _alone = alone.write().unwrap_or_else(PoisonError::into_inner);
        may_ignore_suggestions(&without)
    }));
    let (everything, beside) = (Arc::clone(&runtime), Arc::clone(&crowd));
    trials.push(Trial::test("items::each_catches_a_mutant", move || {
        let _beside = beside.read().unwrap_or_else(PoisonError::into_inner);
        all_have_teeth(&everything)
    }));
    trials.extend(mutants::all().iter().map(|mutant| {
        let (runtime, crowd) = (Arc::clone(&runtime), Arc::clone(&crowd));
        Trial::test(format!("caught::{}", mutant.name), move || {
            let selection = Selection {
                suites: vec![mutant.expectation.to_owned()],
                ..Selection::default()
            };
            let judge = || is_caught(&judge(&runtime, mutant, &selection)?);
            // Under a load that is not its own, the stress has too little to judge.
            if mutant.expectation == "stress" {
                let _alone = crowd.write().unwrap_or_else(PoisonError::into_inner);
                judge()
            } else {
                let _beside = crowd.read().unwrap_or_else(PoisonError::into_inner);
                judge()
            }
        })
    }));
    // Most of a trial is waiting for what a broken store never does: all of them wait together.
    arguments.test_threads = arguments.test_threads.or(Some(trials.len()));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn table(mutants: &[&'static Mutant], selection: &Selection) -> Result<Table, Failed> {
    let capabilities = teeth::subject(&mutants::CONTROL).capabilities();
    let plan = Plan::new(selection, capabilities)?;
    let settings = Settings {
        shrink: false,
        ..Settings::with_seed(SEED)
    };
    Ok(Table::new(mutants, &plan, settings))
}

fn judge(
    runtime: &Runtime,
    mutant: &'static Mutant,
    selection: &Selection,
) -> Result<Bite, Failed> {
    let mut table = table(&[mutant], selection)?;
    runtime.block_on(table.catch_mutants(1, AT_A_TIME, |_| {}));
    only_row(&table)
}

fn judge_whole(runtime: &Runtime, mutant: &'static Mutant) -> Result<Bite, Failed> {
    let mut table = table(&[mutant], &Selection::default())?;
    runtime.block_on(table.complete(teeth::JOBS, |_| {}));
    only_row(&table)
}

/// A store that never looks at a suggestion is blamed only by what says that it needs them.
fn may_ignore_suggestions(runtime: &Runtime) -> Result<(), Failed> {
    let names = ["update_ignores_suggestions", "delete_ignores_suggestions"];
    let ignoring: Vec<_> = mutants::all()
        .iter()
        .copied()
        .filter(|mutant| names.contains(&mutant.name))
        .collect();
    let selection = Selection {
        suites: IGNORING.map(str::to_owned).to_vec(),
        ..Selection::default()
    };
    let mut table = table(&ignoring, &selection)?;
    runtime.block_on(table.complete(teeth::JOBS, |_| {}));
    let mut blamed = 0;
    for bite in table.bites() {
        has_verdicts(&bite)?;
        blamed += bite.caught_by.len();
        let undeclared = bite
            .caught_by
            .iter()
            .find(|item| !item.case.needs.contains(&Capability::Suggestions));
        if let Some(item) = undeclared {
            let name = bite.mutant.name;
            return Err(format!(
                "{} blames {name}, and does not say that it needs suggestions",
                item.id()
            )
            .into());
        }
    }
    if blamed == 0 {
        return Err("No case needs suggestions".into());
    }
    Ok(())
}

fn only_row(table: &Table) -> Result<Bite, Failed> {
    let row = table.bites().into_iter().next();
    row.ok_or_else(|| "The table has no row".into())
}

fn all_have_teeth(runtime: &Runtime) -> Result<(), Failed> {
    let mut table = table(mutants::all(), &Selection::default())?;
    runtime.block_on(table.try_items(teeth::JOBS, |_| {}));
    let idle: Vec<String> = table
        .without_teeth()
        .iter()
        .filter(|item| item.case.toothless.is_none())
        .map(Item::id)
        .collect();
    if idle.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} cases or rows catch no broken store, and do not say why:\n{}\n\
         Write the mutant that each is for, or `.toothless(\"why\")` at the case.",
        idle.len(),
        idle.join("\n")
    )
    .into())
}

fn is_caught(bite: &Bite) -> Result<(), Failed> {
    has_verdicts(bite)?;
    let Mutant {
        fault, expectation, ..
    } = bite.mutant;
    if bite.survived() {
        return Err(format!(
            "No case of the suite {expectation} notices this mistake: {fault}\n{} cases judged the store.",
            bite.judged
        )
        .into());
    }
    Ok(())
}

fn passes(bite: &Bite) -> Result<(), Failed> {
    has_verdicts(bite)?;
    if bite.survived() {
        return Ok(());
    }
    Err(format!(
        "A store without a fault is blamed by: {}",
        bite.caught_by
            .iter()
            .map(Item::id)
            .collect::<Vec<_>>()
            .join(", ")
    )
    .into())
}

fn has_verdicts(bite: &Bite) -> Result<(), Failed> {
    match bite.unjudged.first() {
        None => Ok(()),
        Some((item, reason)) => {
            Err(format!("{} could not judge the store: {reason}", item.id()).into())
        }
    }
}
