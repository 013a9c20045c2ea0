use std::{fmt, sync::Arc};

use storeproof_fixtures::{
    provision::{Environment, Kind},
    tls::ClientFiles,
};

use super::{error::Error, say};
use crate::{
    harness::{self, erase},
    subject::{Etcd, Memory, Server, Subject},
};

/// What is said of servers that may have other users.
const WITHHELD: &str = "\nCases that disturb other users, such as those that compact, are withheld; exclusive=yes allows \
                        them.";

/// Whom to judge, ready to be judged.
pub(super) struct Target {
    /// The subject as the user may write it again.
    pub(super) name: String,
    /// What was decided, for people to read.
    pub(super) decided: String,
    /// `container`, `process`, `external` or `memory`.
    pub(super) provision: &'static str,
    /// The server's version, where there is a server.
    pub(super) version: Option<String>,
    /// The judged.
    pub(super) subject: Arc<dyn harness::Subject>,
    /// What is to be stopped afterwards.
    etcd: Option<Etcd>,
}

impl Target {
    /// What the user named.
    pub(super) async fn of(subject: &Subject, environment: &Environment) -> Result<Self, Error> {
        match subject {
            Subject::Memory => Ok(Self::memory()),
            Subject::Server(server) => Self::server(server, environment).await,
        }
    }

    /// etcd, or the memory store where no etcd can be had at all.
    pub(super) async fn of_default(environment: &Environment) -> Result<Self, Error> {
        match Self::of(&Subject::etcd(), environment).await {
            Err(Error::Server { source, .. }) if source.kind() == Kind::Nothing => {
                say(&source.to_string());
                let mut memory = Self::memory();
                memory.decided = format!("{}, because no etcd can be had", memory.decided);
                Ok(memory)
            }
            other => other,
        }
    }

    fn memory() -> Self {
        Self {
            name: Subject::Memory.to_string(),
            decided: "the memory store of this process".to_owned(),
            provision: "memory",
            version: None,
            subject: erase(Memory::new()),
            etcd: None,
        }
    }

    async fn server(server: &Server, environment: &Environment) -> Result<Self, Error> {
        let name = Subject::Server(server.clone()).to_string();
        let etcd = Etcd::new(environment.clone(), server.clone());
        let identity = match etcd.start().await {
            Ok(identity) => identity,
            Err(source) => {
                return Err(Error::Server {
                    subject: name,
                    hint: hint(server, source.kind()),
                    source,
                });
            }
        };
        let mut decided = identity.origin;
        if server.is_external() && !server.exclusive {
            decided.push_str(WITHHELD);
        }
        Ok(Self {
            name,
            decided,
            provision: identity.provision,
            version: Some(identity.version),
            subject: erase(etcd.clone()),
            etcd: Some(etcd),
        })
    }

    /// Stops what was started for it.
    pub(super) async fn stop(self) {
        if let Some(etcd) = self.etcd {
            etcd.stop().await;
        }
    }
}

/// What may help where a server that somebody else runs does not answer.
fn hint(server: &Server, kind: Kind) -> Option<&'static str> {
    if !server.is_external() {
        return None;
    }
    if kind == Kind::Refused {
        return Some(match server.spec.user {
            None => {
                "The server has users. Name one who may read and write all keys: --user NAME:PASSWORD, or --user @FILE."
            }
            Some(_) => {
                "Look whether --user holds the name and the password of a user who may read and write all keys."
            }
        });
    }
    Some(match server.files() {
        None => {
            "If a server listens there and speaks TLS, name the authority that signed its certificate: --cacert FILE."
        }
        Some(ClientFiles {
            certificate: None, ..
        }) => {
            "If it asks clients for a certificate, name one that it trusts: --cert FILE --key FILE. If it does not speak \
             TLS, leave the files out."
        }
        Some(_) => {
            "Look whether the files belong to the server's authorities. If it does not speak TLS, leave them out."
        }
    })
}

impl fmt::Debug for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}
