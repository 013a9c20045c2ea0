use std::sync::Arc;

use futures::FutureExt;
use storeproof::value::{
    AesCbc, AesGcm, Context, DerivingAesGcm, Error, Identity, Opened, PrefixTransformers,
    Secretbox, Transformer,
};

const KEY: &str = "/registry/secrets/ns/name";
static SECRET: [u8; 32] = *b"thirty-two bytes make a long key";
pub(crate) const AT_ONCE: &str = "local transformers answer at once";

/// Keys of AES of every length.
fn keys() -> impl Iterator<Item = &'static [u8]> {
    [16, 24, 32]
        .into_iter()
        .filter_map(|length| SECRET.get(..length))
}

fn open(transformer: &dyn Transformer, stored: &[u8]) -> Result<Opened, Error> {
    let opened = transformer.from_storage(stored.to_vec().into(), Context::of_key(KEY));
    opened.now_or_never().expect(AT_ONCE)
}

/// Bytes are read as a stored value, and protected and read again as a plain one.
pub(crate) fn value(transformer: &dyn Transformer, bytes: &[u8]) {
    if let Err(error) = open(transformer, bytes) {
        assert!(!error.to_string().is_empty());
    }
    let mut stored = Vec::new();
    let sealed = transformer.to_storage(bytes, Context::of_key(KEY), &mut stored);
    let sealed = sealed.now_or_never().expect(AT_ONCE);
    sealed.expect("any bytes can be protected");
    let opened = open(transformer, &stored).expect("what was written can be read");
    assert_eq!(opened.plain, bytes);
    assert!(!opened.stale);
}

/// AES-CBC with keys of all lengths.
pub fn aes_cbc(bytes: &[u8]) {
    for key in keys() {
        value(&AesCbc::new(key).expect("a key"), bytes);
    }
}

/// AES-GCM with keys of all lengths.
pub fn aes_gcm(bytes: &[u8]) {
    for key in keys() {
        value(&AesGcm::new(key).expect("a key"), bytes);
    }
}

/// AES-GCM with a key of its own for each value.
pub fn aes_gcm_derived(bytes: &[u8]) {
    value(&DerivingAesGcm::new(&SECRET).expect("a seed"), bytes);
}

/// Secretbox.
pub fn secretbox(bytes: &[u8]) {
    value(&Secretbox::new(&SECRET).expect("a key"), bytes);
}

/// All of them behind their prefixes, as a configuration makes them.
pub fn providers(bytes: &[u8]) {
    let entries: [(&str, Arc<dyn Transformer>); 5] = [
        (
            "k8s:enc:aesgcm:v1:key:",
            Arc::new(AesGcm::new(&SECRET).expect("a key")),
        ),
        (
            "k8s:enc:aescbc:v1:key:",
            Arc::new(AesCbc::new(&SECRET).expect("a key")),
        ),
        // Keys rotate below one prefix.
        (
            "k8s:enc:aescbc:v1:key:",
            Arc::new(AesCbc::new(b"sixteen bytes do").expect("a key")),
        ),
        (
            "k8s:enc:secretbox:v1:key:",
            Arc::new(Secretbox::new(&SECRET).expect("a key")),
        ),
        ("", Arc::new(Identity)),
    ];
    value(&PrefixTransformers::new(entries), bytes);
}
