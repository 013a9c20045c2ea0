use std::{io, sync::Arc};

use storeproof_fixtures::provision;

use super::run::{BadCertificates, BadUser};
use crate::{
    golden::BadGolden,
    harness::{BadKnownFailures, Exit, PlanError},
    report::record::BadReport,
    subject::BadSubject,
};

/// Why a command ended before it could say what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Whom to judge is not clear.
    #[error(transparent)]
    Subject(#[from] BadSubject),
    /// Files for TLS cannot be used.
    #[error(transparent)]
    Certificates(#[from] BadCertificates),
    /// A user cannot be used.
    #[error(transparent)]
    User(#[from] BadUser),
    /// What to compare cannot be read.
    #[error(transparent)]
    Report(#[from] BadReport),
    /// Golden results cannot be read, or a run has none.
    #[error(transparent)]
    Golden(#[from] BadGolden),
    /// What to run is not clear.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// There is no such case and no such requirement.
    #[error("There is no case or requirement {id:?}.{}", nearest_text(.nearest))]
    UnknownId {
        /// What was asked for.
        id: String,
        /// What may have been meant.
        nearest: Vec<String>,
    },
    /// There is no such broken store.
    #[error("No broken store has a name that holds {texts:?}. There are: {known}.")]
    NoMutant {
        /// What was asked for.
        texts: Vec<String>,
        /// What there is.
        known: String,
    },
    /// There is no such mistake of a server.
    #[error("There is no fault {id:?}.{}", fault_text(.nearest))]
    NoFault {
        /// What was asked for.
        id: String,
        /// What may have been meant.
        nearest: Vec<String>,
    },
    /// The server of this process does not start.
    #[error(transparent)]
    Serve(#[from] storeproof_server::Error),
    /// The list of known failures cannot be used.
    #[error(transparent)]
    KnownFailures(#[from] BadKnownFailures),
    /// No server.
    #[error("{subject} cannot be had")]
    Server {
        /// Whom the user wants to judge.
        subject: String,
        /// Why not.
        source: Arc<provision::Error>,
        /// What may help, where that depends on what the user wrote.
        hint: Option<&'static str>,
    },
    /// What was to be shown or written cannot be.
    #[error(transparent)]
    Output(#[from] io::Error),
}

fn nearest_text(nearest: &[String]) -> String {
    match nearest {
        [] => " `storeproof list` prints all cases, and with --requirements all requirements."
            .to_owned(),
        some => format!(" Near it:\n  {}", some.join("\n  ")),
    }
}

fn fault_text(nearest: &[String]) -> String {
    match nearest {
        [] => " `storeproof serve --list-faults` prints all of them.".to_owned(),
        some => format!(" Near it:\n  {}", some.join("\n  ")),
    }
}

impl Error {
    /// What the command ends with.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Subject(_)
            | Self::Plan(PlanError::UnknownSuite { .. } | PlanError::OtherKind { .. })
            | Self::KnownFailures(_)
            | Self::Certificates(_)
            | Self::User(_)
            | Self::Report(_)
            | Self::Golden(_)
            | Self::NoFault { .. }
            | Self::UnknownId { .. } => Exit::Usage,
            Self::Plan(PlanError::NothingMatches(_)) | Self::NoMutant { .. } => {
                Exit::NothingSelected
            }
            Self::Server { source, .. } if source.kind() == provision::Kind::Request => Exit::Usage,
            Self::Server { .. } | Self::Serve(_) | Self::Output(_) => Exit::Environment,
        }
    }

    /// Whether the reader went away, as `head` does: no reason to complain.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What may help, where the message cannot know.
    pub(super) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Server { hint, .. } => *hint,
            _ => None,
        }
    }

    /// The message with everything behind it.
    pub(super) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.ends_with(&cause_text) {
                text = format!("{text}: {cause_text}");
            }
            source = cause.source();
        }
        text
    }
}
