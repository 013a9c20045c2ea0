use serde::{Deserialize, Serialize};

use super::{CaseRecord, SubjectRecord, VERSION, milliseconds};
use crate::{
    harness::{Counts, Seed},
    report::{Begun, Ended},
};

/// One line of `results.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// One case.
    Case(CaseRecord),
    /// The last line. A file without it is cut off.
    Footer(Footer),
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

    /// The footer of a run that was recorded.
    pub fn of(subject: &SubjectRecord, seed: Seed) -> Self {
        Self {
            version: VERSION,
            subject: subject.name.clone(),
            seed,
            counts: subject.counts,
            duration_ms: subject.duration_ms,
        }
    }
}
