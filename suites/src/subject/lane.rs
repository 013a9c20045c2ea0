use std::sync::Arc;

use storeproof::backend::{Credentials, TransportConfig};
use storeproof_contract::{Endpoints, User, etcd::endpoints};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    provision::{self, Environment},
    tls::ClientFiles,
};
use tokio::sync::Mutex;

/// A server that is started when it is first needed, and whoever needs it next gets the same.
///
/// One that could not be started stays so: nobody waits for the same failure again.
#[derive(Debug)]
pub(super) struct Lane {
    environment: Environment,
    spec: Spec,
    sharing: Sharing,
    server: Mutex<Option<Result<Etcd, Arc<provision::Error>>>>,
}

/// Who else may use the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// This process alone.
    Process,
    /// Every process of the same nextest run, where there is one.
    TestRun,
}

/// What is known of a running server.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The line of the decision that led to it.
    pub origin: String,
    /// `container`, `process` or `external`.
    pub provision: &'static str,
    /// The version it states.
    pub version: String,
}

/// How to reach servers with these files.
pub(super) fn transport(endpoints: &[String], files: Option<&ClientFiles>) -> TransportConfig {
    TransportConfig {
        trusted_ca_file: files.map(|files| files.ca.clone()),
        cert_file: files.and_then(|files| files.certificate.clone()),
        key_file: files.and_then(|files| files.key.clone()),
        ..TransportConfig::of(endpoints)
    }
}

impl Lane {
    pub(super) fn new(environment: Environment, spec: Spec, sharing: Sharing) -> Self {
        Self {
            environment,
            spec,
            sharing,
            server: Mutex::default(),
        }
    }

    /// How to reach the server.
    pub(super) async fn transport(&self) -> Result<TransportConfig, Arc<provision::Error>> {
        let user = self.spec.user.as_ref();
        let credentials = user.map(|user| Credentials::new(&user.name, &user.password));
        self.with(|etcd| TransportConfig {
            credentials,
            ..transport(etcd.endpoints(), etcd.client_files())
        })
        .await
    }

    /// Where the server is, for those who talk to it without a store.
    pub(super) async fn endpoints(&self) -> Result<Endpoints, Arc<provision::Error>> {
        let user = self.spec.user.as_ref().map(|user| User {
            name: user.name.clone(),
            password: user.password.clone(),
        });
        self.with(|etcd| Endpoints {
            user,
            ..endpoints(etcd.endpoints(), etcd.client_files())
        })
        .await
    }

    /// What is known of the server.
    pub(super) async fn identity(&self) -> Result<Identity, Arc<provision::Error>> {
        self.with(|etcd| Identity {
            origin: etcd.origin().to_owned(),
            provision: etcd.provision().as_str(),
            version: etcd.version().to_owned(),
        })
        .await
    }

    async fn with<R>(&self, look: impl FnOnce(&Etcd) -> R) -> Result<R, Arc<provision::Error>> {
        let mut server = self.server.lock().await;
        if server.is_none() {
            *server = Some(self.start().await.map_err(Arc::new));
        }
        match server.as_ref() {
            Some(Ok(etcd)) => Ok(look(etcd)),
            Some(Err(error)) => Err(Arc::clone(error)),
            None => unreachable!("it was started above"),
        }
    }

    async fn start(&self) -> Result<Etcd, provision::Error> {
        match self.sharing {
            Sharing::TestRun => provision::shared(&self.environment, &self.spec).await,
            Sharing::Process => {
                let decision = provision::decide(&self.environment, &self.spec).await?;
                provision::start(decision, &self.spec).await
            }
        }
    }

    /// Stops the server, where one was started.
    pub(super) async fn stop(&self) {
        if let Some(Ok(etcd)) = self.server.lock().await.take() {
            etcd.stop().await;
        }
    }
}
