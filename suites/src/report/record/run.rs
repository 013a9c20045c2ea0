use serde::{Deserialize, Serialize};

use super::{CaseRecord, VERSION, milliseconds};
use crate::{
    harness::{Capability, Counts, Exit, Seed, Selection},
    report::{Begun, Ended},
};

/// `report.json`: one call of the command, whomever it judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of the format.
    pub version: u32,
    /// The version of the suites.
    pub suite_version: String,
    /// Where randomness came from.
    pub seed: Seed,
    /// The suites that were selected; none selects all.
    pub suites: Vec<String>,
    /// The texts that ids were selected by; none selects all.
    pub filters: Vec<String>,
    /// Who was judged, in the order in which the user named them.
    pub subjects: Vec<SubjectRecord>,
}

/// One judged subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubjectRecord {
    /// The subject as the user may name it again.
    pub name: String,
    /// What was found under that name, in a sentence or two; empty where nothing was found.
    pub origin: String,
    /// `container`, `process`, `external` or `memory`; `null` where nothing was found.
    pub provision: Option<String>,
    /// What the server says it is; `null` where there is none.
    pub server_version: Option<String>,
    /// Why it could not be judged at all, where that is so. There are no cases then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What it can do and lets the suites do, by the names that `needs` of a case uses.
    pub capabilities: Vec<String>,
    /// What all cases together say.
    pub conformance: Conformance,
    /// What the wire contract says of it, line by line, where its cases were among those that ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<VerdictLine>,
    /// How many cases came out how.
    pub counts: Counts,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Every case that was selected, in the order of the table.
    pub cases: Vec<CaseRecord>,
}

/// What all cases of a subject together say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conformance {
    /// Whatever ran and is not known to fail passed.
    Conforms,
    /// A case failed, or passed though it is listed as a known failure.
    DoesNotConform,
    /// Of some cases nothing can be said.
    Inconclusive,
    /// No case ran.
    NothingJudged,
    /// The machine or the harness failed.
    NotJudged,
}

/// An answer to a question that many cases together answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLine {
    /// The whole sentence, the answer in it.
    pub text: String,
    /// Whether it is what one wishes; `null` where that cannot be said.
    pub holds: Option<bool>,
}

impl Report {
    /// A report of nobody yet.
    pub fn new(seed: Seed, selection: &Selection) -> Self {
        Self {
            version: VERSION,
            suite_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed,
            suites: selection.suites.clone(),
            filters: selection.filters.clone(),
            subjects: Vec::new(),
        }
    }
}

impl SubjectRecord {
    /// A subject and all its cases.
    pub fn new(
        begun: &Begun,
        cases: Vec<CaseRecord>,
        verdicts: Vec<VerdictLine>,
        ended: &Ended,
    ) -> Self {
        let capabilities = begun.capabilities.iter().map(Capability::id);
        Self {
            name: begun.subject.clone(),
            origin: begun.origin.clone(),
            provision: Some(begun.provision.clone()),
            server_version: begun.server_version.clone(),
            problem: None,
            capabilities: capabilities.map(str::to_owned).collect(),
            conformance: Conformance::of(&ended.counts),
            verdicts,
            counts: ended.counts,
            duration_ms: milliseconds(ended.took),
            cases,
        }
    }

    /// A subject that could not be judged.
    pub fn not_judged(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            origin: String::new(),
            provision: None,
            server_version: None,
            problem: Some(problem.into()),
            capabilities: Vec::new(),
            conformance: Conformance::NotJudged,
            verdicts: Vec::new(),
            counts: Counts::default(),
            duration_ms: 0,
            cases: Vec::new(),
        }
    }

    /// Everything that keeps it from conforming, in the order of the table.
    pub fn wrong(&self) -> impl Iterator<Item = &CaseRecord> {
        self.cases.iter().filter(|case| case.outcome.is_wrong())
    }
}

impl Conformance {
    /// What a run that came out so says.
    pub fn of(counts: &Counts) -> Self {
        match Exit::of(counts) {
            Exit::Conforms => Self::Conforms,
            Exit::Failed => Self::DoesNotConform,
            Exit::Inconclusive => Self::Inconclusive,
            Exit::NothingSelected => Self::NothingJudged,
            _ => Self::NotJudged,
        }
    }

    /// As people read it behind a name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::DoesNotConform => "does not conform",
            Self::Inconclusive => "inconclusive",
            Self::NothingJudged => "nothing was judged",
            Self::NotJudged => "could not be judged",
        }
    }
}
