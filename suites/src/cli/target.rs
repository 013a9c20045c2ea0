use std::{fmt, sync::Arc};

use storeproof_fixtures::provision::{self, Environment, Kind};

use super::{error::Error, say};
use crate::{
    harness::{self, erase},
    subject::{Memory, Subject},
};

/// Whom to judge, ready to be judged.
pub(super) struct Target {
    /// The subject as the user may write it again.
    pub(super) name: String,
    /// What was decided, in one line.
    pub(super) decided: String,
    /// `container`, `process`, `external` or `memory`.
    pub(super) provision: &'static str,
    /// The server's version, where there is a server.
    pub(super) version: Option<String>,
    /// The judged.
    pub(super) subject: Arc<dyn harness::Subject>,
}

impl fmt::Debug for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

impl Target {
    /// The memory store.
    fn memory() -> Self {
        Self {
            name: Subject::Memory.to_string(),
            decided: "the memory store of this process".to_owned(),
            provision: "memory",
            version: None,
            subject: erase(Memory::new()),
        }
    }

    /// What the user named.
    pub(super) async fn of(subject: &Subject, environment: &Environment) -> Result<Self, Error> {
        match subject {
            Subject::Memory => Ok(Self::memory()),
            Subject::Server(_) => Err(Error::Server {
                subject: subject.to_string(),
                source: Box::new(provision::Error::Spec(format!("not yet {environment:?}"))),
            }),
        }
    }

    /// Stops what was started for it.
    pub(super) async fn stop(self) {}

    /// etcd, or the memory store where no etcd can be had at all.
    pub(super) async fn of_default(environment: &Environment) -> Result<Self, Error> {
        match Self::of(&Subject::etcd(), environment).await {
            Err(Error::Server { source, .. }) if source.kind() == Kind::Nothing => {
                say(&format!("{source}\nGoing on with the memory store."));
                Ok(Self::memory())
            }
            other => other,
        }
    }
}
