use std::{fmt, sync::Arc};

use storeproof_judge::History;
use tonic::Status;

/// Why a case failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What should have been.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// Requests and answers that lead to it, in order; filled in from the case's log where the case does not.
    pub operations: Vec<String>,
    /// Everything that several clients did at once, where the case judged that as a whole.
    pub history: Option<Arc<History>>,
    /// It counts revisions of the whole store: others who wrote meanwhile would explain it.
    pub counted: bool,
}

/// Why a case ended without passing.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The server is wrong.
    Failed(Box<Failure>),
    /// The server says that it does not do this, and did nothing.
    Unsupported(String),
    /// Nothing can be said: others wrote meanwhile, too little happened at the same time, or a budget was spent.
    Inconclusive(String),
    /// The harness or the machine failed. Never blamed on the server.
    Broken(String),
}

/// What a case returns.
pub type Verdict<T = ()> = Result<T, Fault>;

impl Fault {
    /// The server did something else than it should.
    pub fn failed(expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self::Failed(Box::new(Failure {
            expected: expected.into(),
            observed: observed.into(),
            ..Failure::default()
        }))
    }

    /// Something that only serves the case failed.
    pub fn broken(what: &str, error: impl fmt::Display) -> Self {
        Self::Broken(format!("{what}: {error}"))
    }
}

/// A request that had to succeed did not. Where the server knows no such request, it does not support it.
impl From<Status> for Fault {
    fn from(status: Status) -> Self {
        if status.code() == tonic::Code::Unimplemented {
            return Self::Unsupported(format!(
                "the server answers UNIMPLEMENTED: {}",
                status.message()
            ));
        }
        Self::failed(
            "the request succeeds",
            format!("it fails: {}", crate::phrase::status(&status)),
        )
    }
}
