//! Real etcd to run the cases against: one server that they share, and servers of their own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use storeproof_fixtures::{
    etcd::{Etcd, Members, Spec, Tls},
    fault::Breakable,
    provision::{self, Environment},
    tls::{Authority, ClientFiles, Flaw},
};
use tokio::sync::Mutex;

use crate::{Access, Certificates, Endpoints, Oddity, Owned, Wish};

/// Servers of one kind: the same version from the same source.
#[derive(Debug)]
pub struct Servers {
    environment: Environment,
    spec: Spec,
    shared: Endpoints,
    kept: Arc<Kept>,
}

/// Servers that several cases use at the same time, each started for the first of them.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Vec<(Wish, Arc<Etcd>)>>);

impl Kept {
    /// Stops all that no case uses any more, and lets go of the others.
    pub async fn stop(&self) {
        for (_, etcd) in std::mem::take(&mut *self.0.lock().await) {
            if let Some(etcd) = Arc::into_inner(etcd) {
                etcd.stop().await;
            }
        }
    }
}

impl Servers {
    /// Cases share `shared`; their own servers are made after `spec`.
    pub fn new(environment: Environment, spec: Spec, shared: Endpoints) -> Self {
        Self {
            environment,
            spec,
            shared,
            kept: Arc::default(),
        }
    }

    /// The same, whose cases share servers with those of others who keep theirs there.
    #[must_use]
    pub fn keeping(mut self, kept: Arc<Kept>) -> Self {
        self.kept = kept;
        self
    }

    async fn kept(&self, wish: &Wish, spec: &Spec) -> Result<Kin, String> {
        let mut kept = self.kept.0.lock().await;
        if let Some((_, etcd)) = kept.iter().find(|(for_whom, _)| for_whom == wish) {
            return Ok(Kin(Arc::clone(etcd)));
        }
        let etcd = Arc::new(self.plain(spec).await?);
        kept.push((wish.clone(), Arc::clone(&etcd)));
        Ok(Kin(etcd))
    }

    async fn plain(&self, spec: &Spec) -> Result<Etcd, String> {
        let decision = provision::decide(&self.environment, spec).await;
        let decision = decision.map_err(|error| error.to_string())?;
        let started = provision::start(decision, spec).await;
        started.map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Access for Servers {
    fn shared(&self) -> Endpoints {
        self.shared.clone()
    }

    async fn start(&self, wish: &Wish) -> Result<Box<dyn Owned>, String> {
        let mut spec = self.spec.clone();
        spec.flags.extend(wish.flags.iter().cloned());
        spec.members = if wish.cluster {
            Members::Three
        } else {
            Members::One
        };
        spec.tls = if wish.tls { Tls::Mutual } else { Tls::Plain };
        if wish.control {
            let started = Breakable::start(&self.environment, &spec).await;
            let breakable = started.map_err(|error| error.to_string())?;
            return Ok(Box::new(breakable));
        }
        if wish.shared {
            return Ok(Box::new(self.kept(wish, &spec).await?));
        }
        Ok(Box::new(self.plain(&spec).await?))
    }
}

/// A server that other cases use as well. It goes on when this one is done with it.
#[derive(Debug)]
struct Kin(Arc<Etcd>);

#[async_trait]
impl Owned for Kin {
    fn endpoints(&self) -> Endpoints {
        Owned::endpoints(&*self.0)
    }

    async fn kill(&self, _: usize) -> Result<(), String> {
        Err(UNASKED.to_owned())
    }

    fn odd_client(&self, oddity: Oddity) -> Result<Certificates, String> {
        odd_client(&self.0, oddity)
    }

    async fn pause(&self, _: usize) -> Result<(), String> {
        Err(UNASKED.to_owned())
    }

    async fn heal(&self) -> Result<(), String> {
        Ok(())
    }

    async fn stop(self: Box<Self>) {}
}

#[async_trait]
impl Owned for Etcd {
    fn endpoints(&self) -> Endpoints {
        endpoints(Self::endpoints(self), self.client_files())
    }

    async fn kill(&self, _: usize) -> Result<(), String> {
        Err(UNASKED.to_owned())
    }

    fn odd_client(&self, oddity: Oddity) -> Result<Certificates, String> {
        odd_client(self, oddity)
    }

    async fn pause(&self, _: usize) -> Result<(), String> {
        Err(UNASKED.to_owned())
    }

    async fn heal(&self) -> Result<(), String> {
        Ok(())
    }

    async fn stop(self: Box<Self>) {
        Self::stop(*self).await;
    }
}

const UNASKED: &str = "the case did not ask for a server that can be killed";

#[async_trait]
impl Owned for Breakable {
    fn endpoints(&self) -> Endpoints {
        endpoints(Self::endpoints(self), self.client_files())
    }

    async fn kill(&self, member: usize) -> Result<(), String> {
        let killed = Self::kill(self, member).await;
        killed.map_err(|error| error.to_string())
    }

    async fn end(&self, member: usize) -> Result<(), String> {
        let ended = Self::end(self, member).await;
        ended.map_err(|error| error.to_string())
    }

    fn odd_client(&self, oddity: Oddity) -> Result<Certificates, String> {
        odd_client(self.etcd(), oddity)
    }

    async fn pause(&self, member: usize) -> Result<(), String> {
        let paused = Self::pause(self, member).await;
        paused.map_err(|error| error.to_string())
    }

    async fn heal(&self) -> Result<(), String> {
        Self::heal(self).await.map_err(|error| error.to_string())
    }

    async fn stop(self: Box<Self>) {
        Self::stop(*self).await;
    }
}

/// Writes the files into a folder of the oddity's own, beside those of the client that everybody else uses.
fn odd_client(etcd: &Etcd, oddity: Oddity) -> Result<Certificates, String> {
    const NAME: &str = "storeproof";
    let none = || "the server has no certificates".to_owned();
    let (ours, files) = (
        etcd.authority().ok_or_else(none)?,
        etcd.client_files().ok_or_else(none)?,
    );
    let make = || {
        let other = Authority::generate()?;
        let client = match oddity {
            Oddity::Missing => None,
            Oddity::Foreign => Some(other.client(NAME)?),
            Oddity::Expired => Some(ours.flawed_client(NAME, Flaw::Expired)?),
            Oddity::NoPurpose => Some(ours.flawed_client(NAME, Flaw::NoPurpose)?),
            Oddity::ServerOnly => Some(ours.flawed_client(NAME, Flaw::ServerOnly)?),
            Oddity::Revoked => Some(ours.flawed_client(NAME, Flaw::Revoked)?),
            Oddity::OtherName => Some(ours.client("somebody-else")?),
            Oddity::TrustsAnother => Some(ours.client(NAME)?),
        };
        let trusted = match oddity {
            Oddity::TrustsAnother => other.pem(),
            _ => ours.pem(),
        };
        Ok((trusted, client))
    };
    let (trusted, client) =
        make().map_err(|error: storeproof_fixtures::tls::Error| error.to_string())?;
    let beside = files.ca.parent().unwrap_or_else(|| Path::new("."));
    let folder = beside.join(format!("{oddity:?}"));
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| ClientFiles::write(&folder, &trusted, client.as_ref()));
    let written = written.map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(certificates(&written))
}

/// Where a server of the fixtures is.
pub fn endpoints(urls: &[String], files: Option<&ClientFiles>) -> Endpoints {
    Endpoints {
        urls: urls.to_vec(),
        certificates: files.map(certificates),
        user: None,
    }
}

fn certificates(files: &ClientFiles) -> Certificates {
    let both = |certificate: &PathBuf, key: &PathBuf| (certificate.clone(), key.clone());
    Certificates {
        authority: files.ca.clone(),
        identity: files
            .certificate
            .as_ref()
            .zip(files.key.as_ref())
            .map(|(certificate, key)| both(certificate, key)),
    }
}
