//! A plugin without a process: what it answers is written down by tests.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use bytes::Bytes;
use tonic::Code;

use super::{
    Service,
    proto::{DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse},
};
use crate::value::{kms::RpcError, random::random};

/// What it answers, and what it was asked.
pub(super) struct Script {
    pub(super) status: StatusResponse,
    /// The key that it names when it encrypts; without one that of the status.
    pub(super) encrypts_with: Option<String>,
    /// What it hands out as ciphertext; without one a new name each time.
    pub(super) ciphertext: Option<Bytes>,
    pub(super) annotations: BTreeMap<String, Bytes>,
    /// Whether it answers at all.
    pub(super) down: Option<RpcError>,
    pub(super) calls: Calls,
    secrets: HashMap<(Bytes, BTreeMap<String, Bytes>), Vec<u8>>,
}

/// How often it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    pub(super) status: usize,
    pub(super) encrypt: usize,
    pub(super) decrypt: usize,
}

pub(super) struct Scripted(Mutex<Script>);

impl Scripted {
    /// One that is well, and has this key.
    pub(super) fn with_key(key_id: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Script {
            status: StatusResponse {
                version: "v2".to_owned(),
                healthz: "ok".to_owned(),
                key_id: key_id.to_owned(),
            },
            encrypts_with: None,
            ciphertext: None,
            annotations: BTreeMap::new(),
            down: None,
            calls: Calls::default(),
            secrets: HashMap::new(),
        })))
    }

    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().expect("no test panics within")
    }

    pub(super) fn calls(&self) -> Calls {
        self.script().calls
    }

    pub(super) fn go_down(&self) {
        self.script().down = Some(RpcError::new(Code::Unavailable, "gone fishing"));
    }
}

#[async_trait]
impl Service for Scripted {
    async fn status(&self) -> Result<StatusResponse, RpcError> {
        let mut script = self.script();
        script.calls.status += 1;
        script.down.clone().map_or(Ok(script.status.clone()), Err)
    }

    async fn encrypt(&self, request: EncryptRequest) -> Result<EncryptResponse, RpcError> {
        let mut script = self.script();
        script.calls.encrypt += 1;
        if let Some(down) = &script.down {
            return Err(down.clone());
        }
        let fresh = Bytes::from(random::<16>().expect("random bytes").to_vec());
        let ciphertext = script.ciphertext.clone().unwrap_or(fresh);
        let key_id = script
            .encrypts_with
            .clone()
            .unwrap_or_else(|| script.status.key_id.clone());
        let annotations = script.annotations.clone();
        let from = (ciphertext.clone(), annotations.clone());
        script.secrets.insert(from, request.plaintext);
        Ok(EncryptResponse {
            ciphertext,
            key_id,
            annotations,
        })
    }

    async fn decrypt(&self, request: DecryptRequest) -> Result<DecryptResponse, RpcError> {
        let mut script = self.script();
        script.calls.decrypt += 1;
        if let Some(down) = &script.down {
            return Err(down.clone());
        }
        let from = (request.ciphertext, request.annotations);
        let plaintext = script
            .secrets
            .get(&from)
            .ok_or_else(|| RpcError::new(Code::InvalidArgument, "never encrypted"))?;
        Ok(DecryptResponse {
            plaintext: plaintext.clone(),
        })
    }
}

impl Scripted {
    /// Cuts all secrets down to their first bytes.
    pub(super) fn forget_all_but(&self, bytes: usize) {
        for secret in self.script().secrets.values_mut() {
            secret.truncate(bytes);
        }
    }
}
