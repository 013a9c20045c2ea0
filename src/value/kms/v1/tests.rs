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
    AesCbc, AesGcm, Context, Error, Opened, Secret, Transformer,
    golden::{AT, PANDAS, bytes, counted_key, seal},
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
        .from_storage(stored.clone(), Context::of_key(at))
        .await
}

fn pandas(stale: bool) -> Opened {
    Opened {
        plain: Bytes::from_static(PANDAS),
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

/// Backend §9.6, row 81: AES-CBC is tried where the value has its shape, and believed only where it is wanted.
#[tokio::test]
async fn values_from_before_1_25_are_read_as_stale_once_they_are_wanted() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", &counted_key());
    let (older, authenticated) = (
        KmsV1::new(plugin.clone(), 10).reading_older(),
        KmsV1::new(plugin, 10),
    );
    let stored = framed(&seal(&counted_cbc(), PANDAS, AT));
    let wrong_padding = framed(&[0x55; 32]);
    // Twice: the second time its key is remembered.
    for _ in 0..2 {
        let opened = read(&older, &stored, AT).await.expect("readable");
        assert_eq!(opened, pandas(true));
        let error = read(&authenticated, &stored, AT).await.expect_err("older");
        assert_eq!(
            error.to_string(),
            "cipher: message authentication failed; if the value was written before 1.25, allow reading older values (reading_older)"
        );
        assert!(error.is_unavailable(), "it may be sound");

        let refused = read(&authenticated, &wrong_padding, AT).await;
        assert!(matches!(refused, Err(Error::Authentication)), "{refused:?}");
        let error = read(&older, &wrong_padding, AT).await.expect_err("neither");
        let text = error.to_string();
        let both = "[cipher: message authentication failed, invalid ";
        assert!(text.starts_with(both), "{text}");
    }
    let fresh = write(&older).await.expect("written");
    assert_eq!(
        read(&older, &fresh, AT).await.expect("readable"),
        pandas(false)
    );
}

/// Never answers, and notes that nobody waits for its answer any more.
struct Mute(Arc<AtomicUsize>);

struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Service for Mute {
    async fn encrypt(&self, _plain: &Secret) -> Result<Bytes, kms::Error> {
        let _waiting = Waiting(self.0.clone());
        std::future::pending().await
    }

    async fn decrypt(&self, _cipher: Bytes) -> Result<Secret, kms::Error> {
        let _waiting = Waiting(self.0.clone());
        std::future::pending().await
    }
}

/// Backend §9.6, row 94.
#[tokio::test]
async fn a_call_ends_with_the_request_that_made_it() {
    let abandoned = Arc::new(AtomicUsize::new(0));
    let transformer = KmsV1::new(Arc::new(Mute(abandoned.clone())), 10);
    let stored = framed(&[0; 40]);
    let mut reading = Box::pin(read(&transformer, &stored, AT));
    let mut writing = Box::pin(write(&transformer));
    assert!(futures::poll!(&mut reading).is_pending());
    assert!(futures::poll!(&mut writing).is_pending());
    assert_eq!(abandoned.load(Ordering::Relaxed), 0);
    drop(reading);
    assert_eq!(abandoned.load(Ordering::Relaxed), 1);
    drop(writing);
    assert_eq!(abandoned.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn no_changed_value_is_read() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", &counted_key());
    let transformer = KmsV1::new(plugin, 10);
    let gcm = AesGcm::new(&counted_key()).expect("32 bytes");
    // 4 bytes more than whole blocks: with nonce and tag they have the shape of AES-CBC.
    for length in [0, 4, 20] {
        let stored = framed(&seal(&gcm, &vec![b'p'; length], AT));
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            read(&transformer, &flipped.into(), AT)
                .await
                .expect_err("a flipped bit");
        }
        for length in 0..stored.len() {
            read(&transformer, &stored.slice(..length), AT)
                .await
                .expect_err("truncated");
        }
    }
}

#[tokio::test]
async fn what_does_not_begin_with_a_key_is_damage() {
    let transformer = KmsV1::new(Arc::new(Scripted::default()), 10);
    for stored in [&b""[..], &[0], &[0, 1], &[0xff, 0xff, 1, 2, 3]] {
        let error = read(&transformer, &Bytes::copy_from_slice(stored), AT)
            .await
            .expect_err("no key");
        assert_eq!(
            error.to_string(),
            "invalid data encountered by envelope transformer: failed to read uint16 length prefixed data"
        );
        assert!(!error.is_unavailable());
    }
}

/// Backend §9.6, row 87.
#[tokio::test]
async fn an_encrypted_key_has_65535_bytes_at_most() {
    let plugin = Arc::new(Scripted::default());
    let transformer = KmsV1::new(plugin.clone(), 0);
    for size in [65_534, 65_535] {
        plugin.longest.store(size, Ordering::Relaxed);
        let stored = write(&transformer).await.expect("written");
        read(&transformer, &stored, AT).await.expect("readable");
    }
    plugin.longest.store(65_536, Ordering::Relaxed);
    let error = write(&transformer).await.expect_err("too long");
    assert_eq!(
        error.to_string(),
        "the KMS plugin encrypted a data key to 65536 bytes, which exceeds the max size of 65535"
    );
}

#[tokio::test]
async fn what_is_no_key_says_nothing_about_the_value() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", b"five!");
    let error = read(&KmsV1::new(plugin, 10), &framed(&[0; 40]), AT)
        .await
        .expect_err("five bytes");
    assert_eq!(
        error.to_string(),
        "the KMS plugin decrypted a data key to something else: an AES key has 16, 24 or 32 bytes, not 5"
    );
    assert!(error.is_unavailable());
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
