mod abandoned;
mod integrity;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::time::advance;
use tonic::Code;

use super::{Health, KmsV1, Service, framing};
use crate::value::{
    AesCbc, Context, Error, Opened, Secret, Transformer,
    golden::{AT, PANDAS, bytes, counted_key},
    kms::{self, RpcError},
};

/// A plugin without a process: ciphertext is a name for what was encrypted.
#[derive(Default)]
struct Scripted {
    secrets: Mutex<HashMap<Bytes, Secret>>,
    down: AtomicBool,
    decrypts_no_more: AtomicBool,
    longest: AtomicUsize,
    encrypted: AtomicUsize,
    decrypted: AtomicUsize,
}

impl Scripted {
    fn fail_if(&self, down: &AtomicBool) -> Result<(), kms::Error> {
        if down.load(Ordering::Relaxed) {
            return Err(RpcError::new(Code::Unavailable, "gone fishing").into());
        }
        Ok(())
    }

    fn knows(&self, encrypted: &'static str, secret: &[u8]) {
        let mut secrets = self.secrets.lock().expect("no test panics within");
        secrets.insert(encrypted.into(), Secret::from(secret.to_vec()));
    }

    fn decrypted(&self) -> usize {
        self.decrypted.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Service for Scripted {
    async fn encrypt(&self, plain: &Secret) -> Result<Bytes, kms::Error> {
        let number = self.encrypted.fetch_add(1, Ordering::Relaxed);
        self.fail_if(&self.down)?;
        let mut name = format!("{number}:EDEK").into_bytes();
        name.resize(name.len().max(self.longest.load(Ordering::Relaxed)), b'.');
        let name = Bytes::from(name);
        let mut secrets = self.secrets.lock().expect("no test panics within");
        secrets.insert(name.clone(), plain.clone());
        Ok(name)
    }

    async fn decrypt(&self, cipher: Bytes) -> Result<Secret, kms::Error> {
        self.decrypted.fetch_add(1, Ordering::Relaxed);
        self.fail_if(&self.down)?;
        self.fail_if(&self.decrypts_no_more)?;
        let secrets = self.secrets.lock().expect("no test panics within");
        let unknown = RpcError::new(Code::InvalidArgument, "never encrypted");
        Ok(secrets.get(&cipher).ok_or(unknown)?.clone())
    }
}

async fn write(transformer: &KmsV1) -> Result<Bytes, Error> {
    let mut stored = Vec::new();
    transformer
        .to_storage(PANDAS, Context::of_key(AT), &mut stored)
        .await?;
    Ok(stored.into())
}

async fn read(transformer: &KmsV1, stored: &Bytes, at: &str) -> Result<Opened, Error> {
    transformer
        .from_storage(stored.clone().into(), Context::of_key(at))
        .await
}

fn pandas(stale: bool) -> Opened {
    Opened {
        plain: PANDAS.into(),
        stale,
    }
}

/// The value behind a data key that the plugin decrypts to the counted key.
fn framed(value: &[u8]) -> Bytes {
    let mut stored = Vec::new();
    framing::begin(&mut stored, b"1:EDEK").expect("short");
    stored.extend_from_slice(value);
    stored.into()
}

fn counted_cbc() -> AesCbc {
    AesCbc::new(&counted_key()).expect("32 bytes")
}

#[tokio::test]
async fn the_vector_is_read_and_framed() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", &counted_key());
    let value = bytes(
        "202122232425262728292a2ba25bc8140deb3a6f681962baa97dd49bb53a98314b04833031871b1ba290ce131e43a9",
    );
    let stored = framed(&value);
    assert_eq!(stored, [&bytes("0006313a4544454b")[..], &value].concat());
    let opened = read(&KmsV1::new(plugin, 10), &stored, AT).await;
    assert_eq!(opened.expect("authentic"), pandas(false));
}

#[tokio::test]
async fn each_write_has_a_key_of_its_own_and_is_bound_to_its_place() {
    let plugin = Arc::new(Scripted::default());
    let transformer = KmsV1::new(plugin.clone(), 10);
    for round in 1..=3 {
        let stored = write(&transformer).await.expect("written");
        assert_eq!(plugin.encrypted.load(Ordering::Relaxed), round);
        assert_eq!(
            read(&transformer, &stored, AT).await.expect("readable"),
            pandas(false)
        );
        read(&transformer, &stored, "/elsewhere")
            .await
            .expect_err("moved");
    }
    assert_eq!(
        plugin.decrypted(),
        0,
        "keys that were written with are remembered"
    );
}

#[tokio::test]
async fn remembered_keys_outlast_the_plugin_and_others_do_not() {
    let plugin = Arc::new(Scripted::default());
    let remembering = KmsV1::new(plugin.clone(), 4);
    let forgetting = KmsV1::new(plugin.clone(), 0);
    let mut stored = Vec::new();
    for _ in 0..8 {
        stored.push(write(&remembering).await.expect("written"));
    }
    for stored in &stored {
        read(&remembering, stored, AT).await.expect("readable");
        read(&forgetting, stored, AT).await.expect("readable");
        read(&forgetting, stored, AT).await.expect("readable");
    }
    assert_eq!(
        plugin.decrypted(),
        8 + 2 * 8,
        "four are remembered, and not those that come first"
    );
    plugin.down.store(true, Ordering::Relaxed);
    for (place, stored) in stored.iter().enumerate() {
        assert_eq!(read(&remembering, stored, AT).await.is_ok(), place >= 4);
        let error = read(&forgetting, stored, AT).await.expect_err("down");
        assert_eq!(
            error.to_string(),
            "rpc error: code = Unavailable desc = gone fishing"
        );
        assert!(error.is_unavailable());
    }
    let error = write(&remembering).await.expect_err("down");
    assert!(error.is_unavailable(), "{error}");
}

#[tokio::test]
async fn a_hundred_writers_and_readers_share_it() {
    let transformer = KmsV1::new(Arc::new(Scripted::default()), 10);
    let each = (0..100).map(|_| async {
        let stored = write(&transformer).await.expect("written");
        read(&transformer, &stored, AT).await.expect("readable")
    });
    for opened in futures::future::join_all(each).await {
        assert_eq!(opened, pandas(false));
    }
}

#[tokio::test(start_paused = true)]
async fn health_is_both_ways_and_believed_for_a_while() {
    let plugin = Arc::new(Scripted::default());
    let health = Health::new("vault", plugin.clone());
    health.check().await.expect("healthy");
    plugin.down.store(true, Ordering::Relaxed);
    advance(Duration::from_millis(19_999)).await;
    health.check().await.expect("believed");
    advance(Duration::from_millis(1)).await;
    let text = "failed to perform encrypt section of the healthz check for KMS Provider vault, error: rpc error: code = Unavailable desc = gone fishing";
    assert_eq!(health.check().await.expect_err("down").to_string(), text);
    plugin.down.store(false, Ordering::Relaxed);
    plugin.decrypts_no_more.store(true, Ordering::Relaxed);
    advance(Duration::from_millis(2_999)).await;
    assert_eq!(
        health.check().await.expect_err("believed").to_string(),
        text
    );
    advance(Duration::from_millis(1)).await;
    assert_eq!(
        health
            .check()
            .await
            .expect_err("decrypts no more")
            .to_string(),
        "failed to perform decrypt section of the healthz check for KMS Provider vault, error: rpc error: code = Unavailable desc = gone fishing"
    );
}
