use std::process::ExitCode;

use super::Counts;

/// How the command ends. Scripts may rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every case that ran passed.
    Conforms = 0,
    /// A case failed, or passed though it was listed as a known failure.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// No case failed, but of some nothing can be said.
    Inconclusive = 3,
    /// The selection matches no case.
    NothingSelected = 4,
    /// A case fails that did not in the run it is compared with.
    Regressed = 5,
    /// A container, a server or the machine failed.
    Environment = 6,
    /// A defect of storeproof itself.
    Internal = 70,
}

impl Exit {
    /// What a finished run ends with: a verdict on the store weighs more than trouble with the machine.
    pub fn of(counts: &Counts) -> Self {
        if counts.failed + counts.unexpected_pass > 0 {
            Self::Failed
        } else if counts.broken > 0 {
            Self::Environment
        } else if counts.inconclusive > 0 {
            Self::Inconclusive
        } else if counts.passed + counts.known_failure == 0 {
            Self::NothingSelected
        } else {
            Self::Conforms
        }
    }

    /// What several runs end with: the gravest of theirs. [`Exit::Conforms`] where there is none.
    pub fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        const GRAVEST_FIRST: [Exit; 8] = [
            Exit::Internal,
            Exit::Usage,
            Exit::Failed,
            Exit::Regressed,
            Exit::Environment,
            Exit::Inconclusive,
            Exit::NothingSelected,
            Exit::Conforms,
        ];
        let gravity = |exit: &Self| GRAVEST_FIRST.iter().position(|other| other == exit);
        exits
            .into_iter()
            .min_by_key(gravity)
            .unwrap_or(Self::Conforms)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
