//! What holds of every transformer, over random values and keys (backend §7.1, §7.2, §7.5, §7.13).

mod aes_gcm;
mod identity;
mod prefixes;
mod providers;

use std::sync::Arc;

use futures::FutureExt;
use proptest::{collection::vec, prelude::*};
use storeproof::value::{AesGcm, Context, Error, Identity, Opened, Transformer};

use self::prefixes::{behind, of};

const ENCRYPTED: &[u8] = b"k8s:enc:";

fn write(transformer: &dyn Transformer, plain: &[u8], key: &[u8]) -> Result<Vec<u8>, Error> {
    let mut stored = Vec::new();
    transformer
        .to_storage(plain, Context::of_key(key), &mut stored)
        .now_or_never()
        .expect("local transformers answer at once")?;
    Ok(stored)
}

fn read(transformer: &dyn Transformer, stored: &[u8], key: &[u8]) -> Result<Opened, Error> {
    transformer
        .from_storage(stored.to_vec().into(), Context::of_key(key))
        .now_or_never()
        .expect("local transformers answer at once")
}

fn fresh(plain: &[u8]) -> Opened {
    Opened {
        plain: plain.to_vec().into(),
        stale: false,
    }
}

fn aes_gcm(secret: &[u8]) -> Arc<dyn Transformer> {
    Arc::new(AesGcm::new(secret).expect("a secret of a valid length"))
}

/// Secrets of all lengths that AES takes.
fn secrets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 16),
        vec(any::<u8>(), 24),
        vec(any::<u8>(), 32)
    ]
}

/// Values, with those around the size of a block and of a nonce among them.
fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..2000)]
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "/registry/[a-z]{1,9}/[a-z0-9-]{1,20}/[a-z0-9.-]{1,40}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..80),
    ]
}

proptest! {
    #[test]
    fn writing_appends(before in values(), plain in values(), key in keys(), secret in secrets()) {
        let identity: Arc<dyn Transformer> = Arc::new(Identity);
        let prefixed = of(&[behind(b"mark:", &secret)]);
        for transformer in [identity, aes_gcm(&secret), Arc::new(prefixed)] {
            let mut stored = before.clone();
            transformer
                .to_storage(&plain, Context::of_key(&key), &mut stored)
                .now_or_never()
                .expect("local transformers answer at once")
                .expect("written");
            prop_assert_eq!(stored.get(..before.len()), Some(&before[..]));
        }
    }
}
