use std::{fmt, sync::Arc};

use async_trait::async_trait;
use storeproof_contract::{Access, Case as WireCase, Need};

use super::{
    Capabilities, Capability, Case, Failure, Fault, Isolation, Item, Run, Settings, Subject,
    Verdict, keep, whereabouts,
};
use crate::{Result, golden::Golden, judge::History, report::record::OutcomeKind};

/// The name of the suite that the wire contract is.
pub(crate) const SUITE: &str = "contract";

/// The server beneath a store, where it has etcd's API.
#[async_trait]
pub trait Wire: fmt::Debug + Send + Sync {
    /// [`Capability::Wire`], and what else its cases may do.
    fn capabilities(&self) -> Capabilities;

    /// How each case comes out on this very server, where that is known: it has to.
    async fn golden(&self) -> Option<&Golden> {
        None
    }

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

/// Clusters and servers that die take much of the machine, and long to agree or to come back.
fn isolation(wire: &WireCase) -> Isolation {
    let has = |need| wire.needs.contains(&need);
    if has(Need::Quiet) {
        Isolation::Exclusive
    } else if has(Need::OwnCluster) || has(Need::Control) {
        Isolation::Own
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
    let verdict = verdict.map_err(|fault| {
        let history = match &fault {
            storeproof_contract::Fault::Failed(failure) => failure.history.clone(),
            _ => None,
        };
        let mut fault = Fault::from(fault);
        if let (Fault::Failed(failure), Some(history)) = (&mut fault, history) {
            failure.replay = Some(format!("{} operations", history.operations().len()));
            failure.history = kept(&history, &item.id(), settings);
        }
        fault
    });
    match wire.golden().await {
        Some(golden) => held_to(golden, &item.id(), verdict),
        None => verdict,
    }
}

/// A case that comes out otherwise than it is known to has failed, also where it passes.
fn held_to(golden: &Golden, case: &str, verdict: Verdict) -> Verdict {
    let observed = match &verdict {
        Ok(()) => OutcomeKind::Passed,
        Err(Fault::NotSupported(_)) => OutcomeKind::NotSupported,
        Err(_) => return verdict,
    };
    let expected = golden.entry(case).map(|entry| entry.outcome);
    if expected == Some(observed) {
        return verdict;
    }
    let words = expected.map_or("not among its golden results", OutcomeKind::words);
    Err(Fault::failed(
        format!("on etcd {} the case is {words}", golden.version),
        format!("it is {}", observed.words()),
    ))
}

/// Where all operations can be read.
fn kept(history: &History, case: &str, settings: &Settings) -> Option<String> {
    let folder = settings.histories.as_ref()?;
    let kept = keep(history, folder, case, settings.seed);
    Some(whereabouts(folder, kept))
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::as_known("contract::a", Ok(()), "")]
    #[case::as_known_too("contract::b", Err(Fault::NotSupported(String::new())), "")]
    #[case::better("contract::b", Ok(()), "the case is not supported")]
    #[case::worse(
        "contract::a",
        Err(Fault::NotSupported(String::new())),
        "the case is passed"
    )]
    #[case::new("contract::c", Ok(()), "not among its golden results")]
    fn a_case_comes_out_as_it_is_known_to(
        #[case] case: &str,
        #[case] verdict: Verdict,
        #[case] says: &str,
    ) {
        let text = "# etcd 3.5.30\ncontract::a\tpassed\ncontract::b\tnot supported\tIt is newer.\n";
        let golden = Golden::parse("f.tsv", text).unwrap();
        match held_to(&golden, case, verdict) {
            Err(Fault::Failed(failure)) => {
                assert!(
                    !says.is_empty() && failure.expected.contains(says),
                    "{failure:?}"
                );
            }
            _ => assert_eq!(says, ""),
        }
    }
}
