use std::{process::ExitCode, sync::Arc};

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
    let lane = Arc::new(std::sync::Mutex::new(()));
    let trials = plan
        .items()
        .iter()
        .map(|planned| {
            let (item, subject) = (planned.item, Arc::clone(&subject));
            let (runtime, settings, lane) = (Arc::clone(&runtime), settings.clone(), lane.clone());
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
                    Isolation::Exclusive => Some(
                        lane.lock()
                            .unwrap_or_else(std::sync::PoisonError::into_inner),
                    ),
                };
                trial(&runtime, item, subject, settings)
            })
            .with_ignored_flag(ignored)
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    conclusion.exit_code()
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
