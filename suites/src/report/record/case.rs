use serde::{Deserialize, Serialize};

use super::milliseconds;
use crate::{
    harness::{self, Counts, Outcome},
    report::{Finished, style::Style, tiers, timeline::draw},
};

/// How one case came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The case's id, with its row behind a slash.
    pub id: String,
    /// Its suite.
    pub suite: String,
    /// How it came out.
    pub outcome: OutcomeKind,
    /// How long it took, in milliseconds, opening and closing its store included.
    pub duration_ms: u64,
    /// What must hold.
    pub requirement: String,
    /// Which requirements that is, by the ids that `storeproof explain` takes.
    pub requirement_ids: Vec<String>,
    /// Who depends on it, where the suite asks for that: `K`, `K+`, `P` or `V`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Why it came out so, where it neither passed nor failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// The ways in which a case can come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// The subject does not do what the case needs.
    NotSupported,
    /// It fails, and is listed as known to.
    KnownFailure,
    /// It passes, though it is listed as known to fail.
    UnexpectedPass,
    /// Nothing can be said.
    Inconclusive,
    /// The harness or the machine failed.
    Broken,
}

/// Why a case failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

impl CaseRecord {
    /// The id without its row.
    pub fn case(&self) -> &str {
        self.id.split_once('/').map_or(&*self.id, |(case, _)| case)
    }
}

impl OutcomeKind {
    /// Every way.
    pub const ALL: [Self; 7] = [
        Self::Passed,
        Self::Failed,
        Self::NotSupported,
        Self::KnownFailure,
        Self::UnexpectedPass,
        Self::Inconclusive,
        Self::Broken,
    ];

    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotSupported => "not supported",
            Self::KnownFailure => "known failure",
            Self::UnexpectedPass => "unexpected pass",
            Self::Inconclusive => "inconclusive",
            Self::Broken => "broken",
        }
    }

    /// Whether it keeps a subject from conforming.
    pub const fn is_wrong(self) -> bool {
        !matches!(self, Self::Passed | Self::NotSupported | Self::KnownFailure)
    }

    /// How many of these came out how.
    pub fn count(kinds: impl IntoIterator<Item = Self>) -> Counts {
        let mut counts = Counts::default();
        for kind in kinds {
            kind.count_in(&mut counts);
        }
        counts
    }

    /// Counts one more.
    pub fn count_in(self, counts: &mut Counts) {
        let count = match self {
            Self::Passed => &mut counts.passed,
            Self::Failed => &mut counts.failed,
            Self::NotSupported => &mut counts.not_supported,
            Self::KnownFailure => &mut counts.known_failure,
            Self::UnexpectedPass => &mut counts.unexpected_pass,
            Self::Inconclusive => &mut counts.inconclusive,
            Self::Broken => &mut counts.broken,
        };
        *count += 1;
    }
}

impl From<&Outcome> for OutcomeKind {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed(_) => Self::Failed,
            Outcome::NotSupported(_) => Self::NotSupported,
            Outcome::KnownFailure(_) => Self::KnownFailure,
            Outcome::UnexpectedPass(_) => Self::UnexpectedPass,
            Outcome::Inconclusive(_) => Self::Inconclusive,
            Outcome::Broken(_) => Self::Broken,
        }
    }
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
        let ids = item.source().split_whitespace();
        Self {
            id: item.id(),
            suite: item.case.suite().to_owned(),
            outcome: outcome.into(),
            duration_ms: milliseconds(*took),
            requirement: item.case.requirement.to_owned(),
            requirement_ids: ids.map(str::to_owned).collect(),
            tier: tiers::tier_of(item).map(|tier| tier.letter().to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Scripts read these names in lines and reports alike.
    #[test]
    fn outcomes_are_written_as_they_are_named() {
        let outcomes = [
            Outcome::Passed,
            Outcome::Failed(Box::default()),
            Outcome::NotSupported(String::new()),
            Outcome::KnownFailure(String::new()),
            Outcome::UnexpectedPass(String::new()),
            Outcome::Inconclusive(String::new()),
            Outcome::Broken(String::new()),
        ];
        for outcome in outcomes {
            let kind = OutcomeKind::from(&outcome);
            assert_eq!(serde_json::to_value(kind).unwrap(), outcome.name());
            assert_eq!(kind.words(), outcome.name().replace('_', " "));
            let mut counts = Counts::default();
            counts.add(&outcome);
            assert_eq!(OutcomeKind::count([kind]), counts);
        }
    }
}
