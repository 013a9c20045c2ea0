use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::FutureExt;
use storeproof::value::{
    Secret,
    kms::{
        Error, RpcError,
        v1::{self, KmsV1},
        v2::{
            self, KmsV2, Provider,
            proto::{
                DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse,
            },
        },
    },
};

use super::values::{AT_ONCE, value};

/// A plugin that turns bytes round, so that a fuzzer can make data keys of its own.
struct Turning;

fn turned(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

#[async_trait]
impl v1::Service for Turning {
    async fn encrypt(&self, plain: &Secret) -> Result<Bytes, Error> {
        Ok(turned(plain.expose()).into())
    }

    async fn decrypt(&self, cipher: Bytes) -> Result<Secret, Error> {
        Ok(turned(&cipher).into())
    }
}

#[async_trait]
impl v2::Service for Turning {
    async fn status(&self) -> Result<StatusResponse, RpcError> {
        Ok(StatusResponse {
            version: "v2".to_owned(),
            healthz: "ok".to_owned(),
            key_id: "key".to_owned(),
        })
    }

    async fn encrypt(&self, request: EncryptRequest) -> Result<EncryptResponse, RpcError> {
        Ok(EncryptResponse {
            ciphertext: turned(&request.plaintext).into(),
            key_id: "key".to_owned(),
            ..EncryptResponse::default()
        })
    }

    async fn decrypt(&self, request: DecryptRequest) -> Result<DecryptResponse, RpcError> {
        Ok(DecryptResponse {
            plaintext: turned(&request.ciphertext),
        })
    }
}

/// Envelopes of the first version of KMS.
pub fn kms_v1(bytes: &[u8]) {
    value(&KmsV1::new(Arc::new(Turning), 4), bytes);
    value(&KmsV1::new(Arc::new(Turning), 4).reading_older(), bytes);
}

/// Objects of the second version of KMS, with seeds of keys and with keys.
pub fn kms_v2(bytes: &[u8]) {
    let providers = [
        Provider::new("seeds", Arc::new(Turning)),
        Provider::new("keys", Arc::new(Turning)).without_seeds(),
    ];
    for provider in providers {
        let checked = provider.check().now_or_never().expect(AT_ONCE);
        checked.expect("the plugin is well");
        value(&KmsV2::new(Arc::new(provider)), bytes);
    }
}
