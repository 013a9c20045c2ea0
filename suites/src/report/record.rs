//! What reports hold on disk and on a pipe. Apart from the run-time types, so that those can change and this cannot
//! without its version.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Begun, Ended, Finished, style::Style, timeline::draw};
use crate::harness::{self, Counts, Outcome, Seed};

/// The version of everything here. It changes where a reader of the last one would be misled.
pub const VERSION: u32 = 1;

/// One line of `results.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// One case.
    Case(CaseRecord),
    /// The last line. A file without it is cut off.
    Footer(Footer),
}

/// How one case came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The case's id, with its row.
    pub id: String,
    /// Its suite.
    pub suite: String,
    /// One of `passed`, `failed`, `not_supported`, `known_failure`, `unexpected_pass`, `inconclusive`, `broken`.
    pub outcome: String,
    /// How long it took, in milliseconds, opening and closing its store included.
    pub duration_ms: u64,
    /// What must hold.
    pub requirement: String,
    /// Where that is written.
    pub source: String,
    /// Why it came out so, where it neither passed nor failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// Why a case failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What should have been.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// The operations that lead to it, each with its result.
    pub operations: Vec<String>,
    /// A seed or file that leads straight back, where the case is a property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<String>,
    /// The operations beside what watches told, drawn as lines of at most 80 columns, where there was a watch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<String>,
    /// The file that holds everything that was noted of the case, where it was kept; else why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<String>,
}

/// What all lines before it add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Footer {
    /// The version of the format.
    pub version: u32,
    /// The subject as the user named it.
    pub subject: String,
    /// Where randomness came from.
    pub seed: Seed,
    /// How many cases came out how.
    pub counts: Counts,
    /// How long the run took, in milliseconds.
    pub duration_ms: u64,
}

/// `report.json`: one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of the format.
    pub version: u32,
    /// The version of the suites.
    pub suite_version: String,
    /// The subject as the user named it.
    pub subject: String,
    /// What the server says it is; `null` where there is none.
    pub server_version: Option<String>,
    /// `container`, `process`, `external` or `memory`.
    pub provision: String,
    /// Where randomness came from.
    pub seed: Seed,
    /// The suites that were selected; none selects all.
    pub suites: Vec<String>,
    /// The texts that ids were selected by; none selects all.
    pub filters: Vec<String>,
    /// How many cases came out how.
    pub counts: Counts,
    /// How long the run took, in milliseconds.
    pub duration_ms: u64,
    /// Everything that keeps the subject from conforming, in the order of the table: what failed, passed unexpectedly,
    /// broke or was inconclusive.
    pub failures: Vec<CaseRecord>,
}

impl From<&Finished> for CaseRecord {
    fn from(finished: &Finished) -> Self {
        let Finished {
            item,
            outcome,
            took,
        } = finished;
        let failure = match outcome {
            Outcome::Failed(failure) => Some(Failure::from(&**failure)),
            _ => None,
        };
        Self {
            id: item.id(),
            suite: item.case.suite().to_owned(),
            outcome: outcome.name().to_owned(),
            duration_ms: milliseconds(*took),
            requirement: item.case.requirement.to_owned(),
            source: item.source().to_owned(),
            reason: outcome.reason().map(str::to_owned),
            failure,
        }
    }
}

impl From<&harness::Failure> for Failure {
    fn from(failure: &harness::Failure) -> Self {
        Self {
            expected: failure.expected.clone(),
            observed: failure.observed.clone(),
            operations: failure.operations.clone(),
            replay: failure.replay.clone(),
            timeline: failure
                .timeline
                .as_ref()
                .map(|timeline| draw(timeline, &Style::plain()))
                .unwrap_or_default(),
            history: failure.history.clone(),
        }
    }
}

impl Footer {
    /// The footer of a run.
    pub fn new(begun: &Begun, ended: &Ended) -> Self {
        Self {
            version: VERSION,
            subject: begun.subject.clone(),
            seed: begun.seed,
            counts: ended.counts,
            duration_ms: milliseconds(ended.took),
        }
    }
}

impl Report {
    /// The report of a run and all its cases.
    pub fn new(begun: &Begun, cases: &[CaseRecord], ended: &Ended) -> Self {
        Self {
            version: VERSION,
            suite_version: env!("CARGO_PKG_VERSION").to_owned(),
            subject: begun.subject.clone(),
            server_version: begun.server_version.clone(),
            provision: begun.provision.clone(),
            seed: begun.seed,
            suites: begun.selection.suites.clone(),
            filters: begun.selection.filters.clone(),
            counts: ended.counts,
            duration_ms: milliseconds(ended.took),
            failures: cases
                .iter()
                .filter(|case| {
                    !matches!(&*case.outcome, "passed" | "not_supported" | "known_failure")
                })
                .cloned()
                .collect(),
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
