//! Every case over real etcd, which must pass all of them.

use std::{
    process::ExitCode,
    sync::{Arc, PoisonError, RwLock},
};

use libtest_mimic::{Arguments, Failed, Trial};
use storeproof_contract::{
    Access, Case, Fault, Feature, Need, Tier, Verdict, cases,
    etcd::{self, Servers},
    run,
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    provision::{self, Environment, cleanup, keeper},
};
use tokio::runtime::{Builder, Runtime};

/// How many cases run at the same time where nothing is said: most of them wait for a server, not for a processor.
const THREADS: usize = 8;

/// Names a version of etcd other than the one that is there.
const VERSION: &str = "STOREPROOF_CONTRACT_ETCD";

fn main() -> ExitCode {
    keeper::divert();
    cleanup::install();
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let spec = Spec {
        version: std::env::var(VERSION).ok(),
        ..Spec::default()
    };
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = Arc::new(runtime.expect("a runtime can be made"));
    let (access, shared): (Arc<dyn Access>, _) = if arguments.list {
        (Arc::new(Nothing), None)
    } else {
        let (servers, shared) = runtime.block_on(servers(spec));
        (Arc::new(servers), Some(shared))
    };
    let turns = Arc::new(RwLock::new(()));
    let trials = cases::all()
        .filter(|case| case.tier != Tier::Hazard)
        .map(|case| trial(case, &runtime, &access, &turns));
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    drop(shared);
    conclusion.exit_code()
}

async fn servers(spec: Spec) -> (Servers, Etcd) {
    let environment = Environment::from_process();
    let shared = provision::shared(&environment, &spec).await;
    let shared = shared.unwrap_or_else(|error| panic!("{error}"));
    let endpoints = etcd::endpoints(shared.endpoints(), shared.client_files());
    (Servers::new(environment, spec, endpoints), shared)
}

/// A case that needs quiet has the shared server to itself; those with servers of their own take no turns.
fn trial(
    case: &'static Case,
    runtime: &Arc<Runtime>,
    access: &Arc<dyn Access>,
    turns: &Arc<RwLock<()>>,
) -> Trial {
    let (runtime, access) = (Arc::clone(runtime), Arc::clone(access));
    let turns = Arc::clone(turns);
    Trial::test(case.id(), move || {
        let judged = || accepted(case, runtime.block_on(run(case, access)));
        let verdict = if case.needs.contains(&Need::Quiet) {
            let _alone = turns.write().unwrap_or_else(PoisonError::into_inner);
            judged()
        } else if case.needs.is_empty() {
            let _together = turns.read().unwrap_or_else(PoisonError::into_inner);
            judged()
        } else {
            judged()
        };
        verdict.map_err(|fault| Failed::from(text(case, fault)))
    })
}

/// Range streams are newer than the servers that these cases meet here: that they are not supported is no failure.
fn accepted(case: &Case, verdict: Verdict) -> Verdict {
    match verdict {
        Err(Fault::Unsupported(_)) if case.tier == Tier::NewerKubernetes(Feature::RangeStream) => {
            Ok(())
        }
        verdict => verdict,
    }
}

fn text(case: &Case, fault: Fault) -> String {
    let about = format!("{} ({})\n", case.requirement, case.source);
    match fault {
        Fault::Failed(failure) => format!(
            "{about}expected: {}\nobserved: {}\n  {}",
            failure.expected,
            failure.observed,
            failure.operations.join("\n  ")
        ),
        Fault::Unsupported(reason) => format!("{about}not supported: {reason}"),
        Fault::Inconclusive(reason) => format!("{about}inconclusive: {reason}"),
        Fault::Broken(reason) => format!("{about}broken: {reason}"),
    }
}

/// No server: lists need none.
#[derive(Debug)]
struct Nothing;

#[async_trait::async_trait]
impl Access for Nothing {
    fn shared(&self) -> storeproof_contract::Endpoints {
        storeproof_contract::Endpoints::default()
    }

    async fn start(
        &self,
        _: &storeproof_contract::Wish,
    ) -> Result<Box<dyn storeproof_contract::Owned>, String> {
        Err("this is only a list".to_owned())
    }
}
