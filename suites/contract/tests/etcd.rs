//! Every case over real etcd, which must pass all of them.

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Failed, Trial};
use storeproof_contract::{
    Access, Case, Fault, Tier, cases,
    etcd::{self, Servers},
    run,
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    provision::{self, Environment, cleanup, keeper},
};
use tokio::runtime::{Builder, Runtime};

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
    let (access, shared): (Arc<dyn Access>, _) = if arguments.list {
        (Arc::new(Nothing), None)
    } else {
        let (servers, shared) = runtime.block_on(servers(spec));
        (Arc::new(servers), Some(shared))
    };
    let trials = cases::all()
        .filter(|case| case.tier != Tier::Hazard)
        .map(|case| trial(case, &runtime, &access));
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

fn trial(case: &'static Case, runtime: &Arc<Runtime>, access: &Arc<dyn Access>) -> Trial {
    let (runtime, access) = (Arc::clone(runtime), Arc::clone(access));
    Trial::test(case.id(), move || {
        runtime
            .block_on(run(case, access))
            .map_err(|fault| Failed::from(text(case, fault)))
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
