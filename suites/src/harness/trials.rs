use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Condvar, Mutex, PoisonError, RwLock},
};

use libtest_mimic::{Arguments, Completion, Trial};
use storeproof::codec::Codec;
use storeproof_fixtures::objects::Pod;
use tokio::runtime::{Builder, Runtime};

use super::{
    Backend, BadKnownFailures, Exit, Isolation, Item, KnownFailures, Outcome, Plan, Provider, Seed,
    Selection, Settings, Subject, Support, erase, erase_codec, erase_provider, run_item,
};
use crate::report;

/// Cases mostly wait, so more of them run at a time than there are cores.
const THREADS: usize = 8;
/// Repeats the random sequences of an earlier run, whose seed a failure names.
const SEED: &str = "STOREPROOF_SEED";

/// Runs every case over a backend as a test target of cargo: the `main` behind [`conformance!`](macro@crate::conformance).
///
/// What the backend does not declare is marked as ignored when cases are listed, so that `cargo test` and
/// `cargo nextest` count the same. Minimal failing sequences are kept below `folder`, by the name of the target, and
/// tried first the next time; what was done and delivered in a case that fails is kept in the folder `history` there.
/// `STOREPROOF_SEED` repeats the random sequences of an earlier run.
pub fn conformance(backend: impl Backend, folder: Option<&str>, target: &str) -> ExitCode {
    let known = backend.known_failures();
    judge(&erase(backend), known, folder, target)
}

/// Runs every case over a transformer, and over a store that keeps its values: the `main` behind
/// [`conformance!(transformer: …)`](macro@crate::conformance).
pub fn transformer_conformance(
    provider: impl Provider,
    store: impl Backend,
    folder: Option<&str>,
    target: &str,
) -> ExitCode {
    let known = provider.known_failures();
    judge(
        &erase_provider(provider, erase(store)),
        known,
        folder,
        target,
    )
}

/// Runs every case over a codec: the `main` behind [`conformance!(codec: …)`](macro@crate::conformance).
pub fn codec_conformance(
    codec: impl Codec<Pod> + 'static,
    folder: Option<&str>,
    target: &str,
) -> ExitCode {
    let known = Ok(KnownFailures::none());
    judge(&erase_codec(Arc::new(codec)), known, folder, target)
}

fn judge(
    subject: &Arc<dyn Subject>,
    known: Result<KnownFailures, BadKnownFailures>,
    folder: Option<&str>,
    target: &str,
) -> ExitCode {
    let seed = match std::env::var(SEED).map(|seed| seed.parse()) {
        Err(_) => Seed::random(),
        Ok(Ok(seed)) => seed,
        Ok(Err(error)) => return refuse(&format!("{SEED} is not a seed: {error}")),
    };
    let mut settings = Settings::with_seed(seed);
    settings.counterexamples = folder.map(|folder| place(Path::new(folder), target));
    let counterexamples = settings.counterexamples.as_ref();
    settings.histories = counterexamples.map(|folder| folder.join("history"));
    settings.known_failures = match known {
        Ok(known) => Arc::new(known),
        Err(error) => return refuse(&error.to_string()),
    };
    match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => run(&Arc::new(runtime), subject, &settings),
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
    let expected = Arc::new(Mutex::new(Vec::new()));
    let trials = noting_trials("", runtime, subject, settings, &expected);
    let conclusion = libtest_mimic::run(&arguments, trials);
    tell_expected(&mut expected.lock().unwrap_or_else(PoisonError::into_inner));
    conclusion.exit_code()
}

/// What [`conformance!`](macro@crate::conformance) runs of a subject, each named with `prefix` in front, for a target
/// that judges several. Cases that must be alone take turns with those of the same subject.
pub fn trials(
    prefix: &str,
    runtime: &Arc<Runtime>,
    subject: &Arc<dyn Subject>,
    settings: &Settings,
) -> Vec<Trial> {
    noting_trials(prefix, runtime, subject, settings, &Arc::default())
}

fn noting_trials(
    prefix: &str,
    runtime: &Arc<Runtime>,
    subject: &Arc<dyn Subject>,
    settings: &Settings,
    expected: &Arc<Mutex<Vec<String>>>,
) -> Vec<Trial> {
    let plan = Plan::new(&Selection::default(), subject.capabilities())
        .expect("everything is never nothing");
    let lanes = Arc::new(Lanes::default());
    let items = plan.items().iter();
    let trials = items.map(|planned| {
        let (item, subject) = (planned.item, Arc::clone(subject));
        let (runtime, settings, lanes) = (Arc::clone(runtime), settings.clone(), lanes.clone());
        let expected = Arc::clone(expected);
        let reason = match &planned.support {
            Support::Runs => None,
            Support::Not(reason) => Some(reason.clone()),
        };
        let ignored = reason.is_some();
        Trial::ignorable_test(format!("{prefix}{}", item.id()), move || {
            if let Some(reason) = reason {
                return Ok(Completion::ignored_with(reason));
            }
            let outcome = lanes.run(&item, subject.has_spare(), || {
                runtime.block_on(run_item(item, Arc::clone(&subject), settings))
            });
            match outcome {
                Outcome::Passed => Ok(Completion::Completed),
                // Only a server's own words end a case so.
                Outcome::NotSupported(reason) => Ok(Completion::ignored_with(reason)),
                Outcome::KnownFailure(reason) => {
                    let mut expected = expected.lock().unwrap_or_else(PoisonError::into_inner);
                    expected.push(format!("{}: {reason}", item.id()));
                    Ok(Completion::Completed)
                }
                outcome => Err(report::screen(&item, &outcome).into()),
            }
        })
        .with_ignored_flag(ignored)
    });
    trials.collect()
}

/// Known failures count as ok, and must not go unseen for it.
#[expect(
    clippy::print_stderr,
    reason = "standard output belongs to the test runner"
)]
fn tell_expected(expected: &mut [String]) {
    if expected.is_empty() {
        return;
    }
    expected.sort_unstable();
    eprintln!(
        "known failures, counted as ok:\n  {}\n",
        expected.join("\n  ")
    );
}

/// Who may run beside whom.
#[derive(Default)]
struct Lanes {
    /// Held for writing by a case that must be alone, for reading by all others.
    all: RwLock<()>,
    /// Held by an exclusive case that has a backend of its own.
    spare: Mutex<()>,
    /// Held by a case that breaks servers nobody else uses.
    breaking: Mutex<()>,
    /// How many cases with servers of their own run.
    own: Mutex<usize>,
    /// Told when one of those ends.
    ended: Condvar,
}

/// So many cases with servers of their own run at a time.
const OWN: usize = 3;

impl Lanes {
    fn run<R>(&self, item: &Item, has_spare: bool, check: impl FnOnce() -> R) -> R {
        match (item.case.isolation, has_spare) {
            (Isolation::Prefix, _) => {
                let _beside = self.all.read().unwrap_or_else(PoisonError::into_inner);
                check()
            }
            (Isolation::Own, _) => {
                let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
                let own = self.ended.wait_while(own, |running| *running >= OWN);
                *own.unwrap_or_else(PoisonError::into_inner) += 1;
                let ended = check();
                *self.own.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
                self.ended.notify_one();
                ended
            }
            (Isolation::Exclusive, true) => {
                let _beside = self.all.read().unwrap_or_else(PoisonError::into_inner);
                let _next = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
                check()
            }
            (Isolation::Breaking, true) => {
                let _beside = self.all.read().unwrap_or_else(PoisonError::into_inner);
                let _next = self.breaking.lock().unwrap_or_else(PoisonError::into_inner);
                check()
            }
            (Isolation::Exclusive | Isolation::Breaking, false) => {
                let _alone = self.all.write().unwrap_or_else(PoisonError::into_inner);
                check()
            }
        }
    }
}
