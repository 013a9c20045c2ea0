use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use futures::future::join_all;
use storeproof::{
    backend::{Config, GroupResource, TransportConfig, factory},
    storage::Store,
};
use storeproof_fixtures::objects::Pod;
use tokio::time::timeout;

use crate::bed::{self, DEADLINE};

/// How long a client tries that has no chance. Long enough for several attempts on a busy machine: a connection may be reset
/// before the client hears why.
const HOPELESS: Duration = Duration::from_secs(8);

/// One way to connect, and what must come of it: a store, or an error with these words.
pub(crate) struct Row {
    name: &'static str,
    server: String,
    pub(crate) key: Option<PathBuf>,
    pub(crate) cert: Option<PathBuf>,
    pub(crate) ca: Option<PathBuf>,
    words: Option<Vec<String>>,
}

impl Row {
    pub(crate) fn new(name: &'static str, server: impl Into<String>) -> Self {
        Self {
            name,
            server: server.into(),
            key: None,
            cert: None,
            ca: None,
            words: None,
        }
    }

    pub(crate) fn ca(mut self, ca: &Path) -> Self {
        self.ca = Some(ca.to_owned());
        self
    }

    pub(crate) fn pair(mut self, (cert, key): &(PathBuf, PathBuf)) -> Self {
        self.cert = Some(cert.clone());
        self.key = Some(key.clone());
        self
    }

    pub(crate) fn fails(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.words = Some(words.into_iter().map(Into::into).collect());
        self
    }

    fn transport(&self) -> TransportConfig {
        let patience = if self.words.is_some() {
            HOPELESS
        } else {
            DEADLINE
        };
        TransportConfig {
            key_file: self.key.clone(),
            cert_file: self.cert.clone(),
            trusted_ca_file: self.ca.clone(),
            dial_timeout: patience,
            ..TransportConfig::of(self.server.split(',').map(str::to_owned))
        }
    }

    async fn holds(self) {
        let config = Config::<Pod> {
            transport: self.transport(),
            ..bed::config("")
        };
        let opening = factory::create(config.for_resource(GroupResource::core("pods")), "/pods/");
        let opened = timeout(DEADLINE, opening)
            .await
            .expect("it gives up in time");
        let name = self.name;
        match (opened, self.words) {
            (Ok((store, end)), None) => {
                let answer = store.current_resource_version().await;
                answer.unwrap_or_else(|error| panic!("{name}: {error}"));
                end.call().await;
            }
            (Ok(_), Some(_)) => panic!("{name}: it connects"),
            (Err(error), None) => panic!("{name}: {error}"),
            (Err(error), Some(words)) => {
                let text = error.to_string();
                for word in words {
                    assert!(text.contains(&word), "{name}: {word:?} in {text:?}");
                }
            }
        }
    }
}

pub(crate) async fn hold(rows: impl IntoIterator<Item = Row>) {
    join_all(rows.into_iter().map(Row::holds)).await;
}
