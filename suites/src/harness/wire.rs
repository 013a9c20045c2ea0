use std::{fmt, sync::Arc};

use async_trait::async_trait;
use storeproof_contract::{Access, Case as WireCase, Need};

use super::{
    Capabilities, Capability, Case, Failure, Fault, Isolation, Item, Run, Settings, Subject,
    Verdict, keep,
};
use crate::{Result, judge::History};

/// The name of the suite that the wire contract is.
pub(crate) const SUITE: &str = "contract";

/// The server beneath a store, where it has etcd's API.
#[async_trait]
pub trait Wire: fmt::Debug + Send + Sync {
    /// [`Capability::Wire`], and what else its cases may do.
    fn capabilities(&self) -> Capabilities;

    /// The way to the server that cases share; with `exclusive` to the one whose revisions nobody else moves.
    ///
    /// # Errors
    ///
    /// It does not start.
    async fn access(&self, exclusive: bool) -> Result<Arc<dyn Access>>;
}

impl Case {
    /// A case of the wire contract among the others.
    pub(crate) fn of_wire(wire: &'static WireCase) -> Self {
        let mut needs = vec![Capability::Wire];
        needs.extend(wire.needs.iter().filter_map(capability));
        let mut case = Self::new(
            module_path!(),
            "",
            wire.requirement,
            wire.source,
            Run::Wire(wire),
        )
        .toothless("It looks at a server, not at a store: broken servers prove that it can fail.");
        // The table of cases is made once and lives as long as the process.
        case.needs = needs.leak();
        case.isolation = isolation(wire);
        case
    }
}

/// Clusters and servers that die want the machine for themselves.
fn isolation(wire: &WireCase) -> Isolation {
    let has = |need| wire.needs.contains(&need);
    if has(Need::Quiet) {
        Isolation::Exclusive
    } else if has(Need::OwnCluster) || has(Need::Control) {
        Isolation::Breaking
    } else {
        Isolation::Prefix
    }
}

/// What a need is called among the capabilities. That nobody else writes follows from the isolation.
fn capability(need: &Need) -> Option<Capability> {
    match need {
        Need::Quiet => None,
        Need::OwnServer => Some(Capability::OwnServer),
        Need::OwnCluster => Some(Capability::OwnCluster),
        Need::Control => Some(Capability::OwnControl),
        Need::Tls => Some(Capability::OwnTls),
    }
}

/// Runs a case of the wire contract on the server beneath a subject.
pub(super) async fn judge(
    case: &'static WireCase,
    item: &Item,
    subject: &dyn Subject,
    settings: &Settings,
) -> Verdict {
    let Some(wire) = subject.wire() else {
        return Err(Fault::Broken("The subject has no server.".to_owned()));
    };
    let access = wire
        .access(item.case.isolation == Isolation::Exclusive)
        .await;
    let access = access.map_err(|error| Fault::Broken(error.to_string()))?;
    let verdict = storeproof_contract::run(case, access).await;
    verdict.map_err(|fault| {
        let history = match &fault {
            storeproof_contract::Fault::Failed(failure) => failure.history.clone(),
            _ => None,
        };
        let mut fault = Fault::from(fault);
        if let (Fault::Failed(failure), Some(history)) = (&mut fault, history) {
            failure.replay = Some(kept(&history, &item.id(), settings));
        }
        fault
    })
}

/// How many operations there were, and where all of them can be read.
fn kept(history: &History, case: &str, settings: &Settings) -> String {
    let whole = format!("{} operations", history.operations().len());
    let folder = settings.histories.as_ref();
    match folder.map(|folder| keep(history, folder, case, settings.seed)) {
        None => whole,
        Some(Ok(path)) => format!("{whole}, kept in {}", path.display()),
        Some(Err(error)) => format!("{whole}; not kept: {error}"),
    }
}

impl From<storeproof_contract::Fault> for Fault {
    fn from(fault: storeproof_contract::Fault) -> Self {
        match fault {
            storeproof_contract::Fault::Failed(failure) => Self::Failed(Box::new(Failure {
                expected: failure.expected,
                observed: failure.observed,
                operations: failure.operations,
                ..Failure::default()
            })),
            storeproof_contract::Fault::Unsupported(reason) => Self::NotSupported(reason),
            storeproof_contract::Fault::Inconclusive(reason) => Self::Inconclusive(reason),
            storeproof_contract::Fault::Broken(reason) => Self::Broken(reason),
        }
    }
}
