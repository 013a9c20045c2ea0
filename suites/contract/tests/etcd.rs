//! Every case over real etcd, which must pass all of them.

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Failed, Trial};
use storeproof_contract::{Access, Case, Fault, Need, Tier, cases, etcd::Servers, run};
use storeproof_fixtures::{
    etcd::Spec,
    provision::{self, Environment, cleanup, keeper},
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::RwLock,
};

/// Names a version of etcd other than the one that is there.
const VERSION: &str = "STOREPROOF_CONTRACT_ETCD";

fn main() -> ExitCode {
    keeper::divert();
    cleanup::install();
    let arguments = Arguments::from_args();
    let mut spec = Spec::default();
    spec.version = std::env::var(VERSION).ok();
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = Arc::new(runtime.expect("a runtime can be made"));
    let access: Arc<dyn Access> = if arguments.list {
        Arc::new(Nothing)
    } else {
        runtime.block_on(servers(spec))
    };
    let quiet = Arc::new(RwLock::new(()));
    let trials = cases::all()
        .filter(|case| case.tier != Tier::Hazard)
        .map(|case| trial(case, &runtime, (&access, &quiet)));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

async fn servers(spec: Spec) -> Arc<dyn Access> {
    let environment = Environment::from_process();
    let shared = provision::shared(&environment, &spec).await;
    let shared = shared.unwrap_or_else(|error| panic!("{error}"));
    Arc::new(Servers::new(environment, spec, Arc::new(shared)))
}

/// A case that needs a quiet server runs alone.
fn trial(
    case: &'static Case,
    runtime: &Arc<Runtime>,
    (access, quiet): (&Arc<dyn Access>, &Arc<RwLock<()>>),
) -> Trial {
    let (runtime, access, quiet) = (Arc::clone(runtime), Arc::clone(access), Arc::clone(quiet));
    Trial::test(case.id(), move || {
        let verdict = runtime.block_on(async {
            if case.needs.contains(&Need::Quiet) {
                let _alone = quiet.write().await;
                run(case, access).await
            } else {
                let _together = quiet.read().await;
                run(case, access).await
            }
        });
        verdict.map_err(|fault| Failed::from(text(case, fault)))
    })
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
