use std::{fmt, sync::Arc};

use storeproof::storage::{Error, ItemsOnError};

use crate::report::timeline::Timeline;

/// Why a case failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What should have been.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// The few operations that lead to it, in order, each with its result.
    pub operations: Vec<String>,
    /// A seed or file that leads straight back here, where the case is a property.
    pub replay: Option<String>,
    /// The same operations beside what watches told, where there was a watch.
    pub timeline: Option<Arc<Timeline>>,
    /// The file that holds everything that was noted, where it was kept; else why it was not.
    pub history: Option<String>,
}

/// Why a case ended without passing.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The store is wrong.
    Failed(Box<Failure>),
    /// The server answered that it does not do this, and did nothing. Only where Kubernetes does not depend on it; cases
    /// over a store never say so, for what a store supports is decided before anything runs.
    NotSupported(String),
    /// Nothing can be said: too little load, or a checker's budget was spent.
    Inconclusive(String),
    /// The harness, a hook, a container or the machine failed. Never blamed on the store.
    Broken(String),
}

/// What a case returns.
pub type Verdict<T = ()> = Result<T, Fault>;

impl Fault {
    /// The store did something else than it should.
    pub fn failed(expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self::Failed(Box::new(Failure {
            expected: expected.into(),
            observed: observed.into(),
            ..Failure::default()
        }))
    }

    /// A hook failed.
    pub fn hook(name: &str, error: impl fmt::Display) -> Self {
        Self::Broken(format!("The hook for {name} failed: {error}"))
    }
}

/// An operation that had to succeed did not.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::failed(
            "the operation succeeds",
            format!("it fails: {}", describe(&error)),
        )
    }
}

impl<T> From<ItemsOnError<T>> for Fault {
    fn from(failed: ItemsOnError<T>) -> Self {
        failed.error.into()
    }
}

/// An error with its kind, and the whole chain behind it.
pub(super) fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// How a case came out.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed(Box<Failure>),
    /// The store does not do what the case needs; decided before anything ran.
    NotSupported(String),
    /// It fails, as the implementer said it would.
    KnownFailure(String),
    /// It passes, though the implementer said it would fail: the list is out of date.
    UnexpectedPass(String),
    /// Nothing can be said.
    Inconclusive(String),
    /// The harness or the machine failed.
    Broken(String),
}

impl Outcome {
    /// The name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::NotSupported(_) => "not_supported",
            Self::KnownFailure(_) => "known_failure",
            Self::UnexpectedPass(_) => "unexpected_pass",
            Self::Inconclusive(_) => "inconclusive",
            Self::Broken(_) => "broken",
        }
    }

    /// The reason, where there is one beyond a failure's details.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed | Self::Failed(_) => None,
            Self::NotSupported(reason)
            | Self::KnownFailure(reason)
            | Self::UnexpectedPass(reason)
            | Self::Inconclusive(reason)
            | Self::Broken(reason) => Some(reason),
        }
    }
}

/// How many cases came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each counts the outcome of the same name")]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub not_supported: usize,
    pub known_failure: usize,
    pub unexpected_pass: usize,
    pub inconclusive: usize,
    pub broken: usize,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, outcome: &Outcome) {
        let count = match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::NotSupported(_) => &mut self.not_supported,
            Outcome::KnownFailure(_) => &mut self.known_failure,
            Outcome::UnexpectedPass(_) => &mut self.unexpected_pass,
            Outcome::Inconclusive(_) => &mut self.inconclusive,
            Outcome::Broken(_) => &mut self.broken,
        };
        *count += 1;
    }
}
