use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::{Builder, Runtime};

use super::{
    Backend, Exit, Isolation, Item, Outcome, Plan, Seed, Selection, Settings, Subject, Support,
    erase, run_item,
};
use crate::report;

/// Cases mostly wait, so more of them run at a time than there are cores.
const THREADS: usize = 8;
/// Repeats the random sequences of an earlier run, whose seed a failure names.
const SEED: &str = "STOREPROOF_SEED";

/// Runs every case over a backend as a test target of cargo: the `main` behind [`conformance!`](crate::conformance).
///
/// What the backend does not declare is marked as ignored when cases are listed, so that `cargo test` and
/// `cargo nextest` count the same. Minimal failing sequences are kept below `folder`, by the name of the target, and
/// tried first the next time. `STOREPROOF_SEED` repeats the random sequences of an earlier run.
pub fn conformance(backend: impl Backend, folder: Option<&str>, target: &str) -> ExitCode {
    let seed = match std::env::var(SEED).map(|seed| seed.parse()) {
        Err(_) => Seed::random(),
        Ok(Ok(seed)) => seed,
        Ok(Err(error)) => return refuse(&format!("{SEED} is not a seed: {error}")),
    };
    let mut settings = Settings::with_seed(seed);
    settings.counterexamples = folder.map(|folder| place(Path::new(folder), target));
    match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => run(&Arc::new(runtime), &erase(backend), &settings),
        Err(error) => refuse(&format!("No runtime can be made: {error}")),
    }
}

fn place(folder: &Path, target: &str) -> PathBuf {
    folder.join("storeproof").join(target)
}

#[expect(
    clippy::print_stderr,
    reason = "there is no run whose report could tell"
)]
fn refuse(why: &str) -> ExitCode {
    eprintln!("{why}");
    Exit::Usage.into()
}

fn run(runtime: &Arc<Runtime>, subject: &Arc<dyn Subject>, settings: &Settings) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let plan = Plan::new(&Selection::default(), subject.capabilities())
        .expect("everything is never nothing");
    let lane = Arc::new(Mutex::new(()));
    let trials = plan
        .items()
        .iter()
        .map(|planned| {
            let (item, subject) = (planned.item, Arc::clone(subject));
            let (runtime, settings, lane) = (Arc::clone(runtime), settings.clone(), lane.clone());
            let reason = match &planned.support {
                Support::Runs => None,
                Support::Not(reason) => Some(reason.clone()),
            };
            let ignored = reason.is_some();
            Trial::ignorable_test(item.id(), move || {
                if let Some(reason) = reason {
                    return Ok(Completion::ignored_with(reason));
                }
                let _alone = match item.case.isolation {
                    Isolation::Prefix => None,
                    Isolation::Exclusive => {
                        Some(lane.lock().unwrap_or_else(PoisonError::into_inner))
                    }
                };
                trial(&runtime, item, subject, settings)
            })
            .with_ignored_flag(ignored)
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(
    runtime: &Runtime,
    item: Item,
    subject: Arc<dyn Subject>,
    settings: Settings,
) -> Result<Completion, Failed> {
    match runtime.block_on(run_item(item, subject, settings)) {
        Outcome::Passed | Outcome::KnownFailure(_) => Ok(Completion::Completed),
        outcome => Err(report::screen(&item, &outcome).into()),
    }
}
