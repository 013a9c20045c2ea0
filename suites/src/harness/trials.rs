use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::{Builder, Runtime};

use super::{Backend, Outcome, Plan, Seed, Selection, Settings, Subject, Support, erase, run_item};
use crate::{harness::Isolation, report};

/// Runs every case over a backend as a test target of cargo: the `main` behind [`conformance!`](crate::conformance).
///
/// What the backend does not declare is marked as ignored when cases are listed, so that `cargo test` and
/// `cargo nextest` count the same.
pub fn conformance(backend: impl Backend) -> ExitCode {
    conformance_of(erase(backend))
}

fn conformance_of(subject: Arc<dyn Subject>) -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => Arc::new(runtime),
        Err(_) => return super::Exit::Environment.into(),
    };
    let plan = Plan::new(&Selection::default(), subject.capabilities())
        .expect("everything is never nothing");
    let settings = Settings::with_seed(Seed::random());
    let lanes = Arc::new(Lanes::default());
    let trials = plan
        .items()
        .iter()
        .map(|planned| {
            let (item, subject) = (planned.item, Arc::clone(&subject));
            let (runtime, settings, lanes) =
                (Arc::clone(&runtime), settings.clone(), lanes.clone());
            let reason = match &planned.support {
                Support::Runs => None,
                Support::Not(reason) => Some(reason.clone()),
            };
            let ignored = reason.is_some();
            Trial::ignorable_test(item.id(), move || {
                if let Some(reason) = reason {
                    return Ok(Completion::ignored_with(reason));
                }
                lanes.run(&item, subject.has_spare(), || {
                    trial(&runtime, item, Arc::clone(&subject), settings)
                })
            })
            .with_ignored_flag(ignored)
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    conclusion.exit_code()
}

/// Who may run beside whom.
#[derive(Default)]
struct Lanes {
    /// Held for writing by a case that must be alone, for reading by all others.
    all: RwLock<()>,
    /// Held by an exclusive case that has a backend of its own.
    spare: Mutex<()>,
}

impl Lanes {
    fn run<R>(&self, item: &super::Item, has_spare: bool, check: impl FnOnce() -> R) -> R {
        match (item.case.isolation, has_spare) {
            (Isolation::Prefix, _) => {
                let _beside = self.all.read().unwrap_or_else(PoisonError::into_inner);
                check()
            }
            (Isolation::Exclusive, true) => {
                let _beside = self.all.read().unwrap_or_else(PoisonError::into_inner);
                let _next = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
                check()
            }
            (Isolation::Exclusive, false) => {
                let _alone = self.all.write().unwrap_or_else(PoisonError::into_inner);
                check()
            }
        }
    }
}

fn trial(
    runtime: &Runtime,
    item: super::Item,
    subject: Arc<dyn Subject>,
    settings: Settings,
) -> Result<Completion, Failed> {
    match runtime.block_on(run_item(item, subject, settings)) {
        Outcome::Passed | Outcome::KnownFailure(_) => Ok(Completion::Completed),
        outcome => Err(report::screen(&item, &outcome).into()),
    }
}
