use std::collections::BTreeMap;

pub use k8s_openapi::api::core::v1::ConfigMap;
use storeproof::{
    codec::{Codec, Json},
    storage::ObjectMeta,
};

/// A stored object weighs this much, in bytes of JSON.
const SIZE: usize = 1024;

/// A ConfigMap of about a kilobyte: UID, three labels, one annotation, and one value that fills it up.
pub fn object(name: &str) -> ConfigMap {
    let pairs = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Some(pairs.collect::<BTreeMap<_, _>>())
    };
    let mut object = ConfigMap {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some("ns".to_owned()),
            uid: Some("8c6cd0f2-3a80-4f0e-9e36-1f0b4a8e5c11".to_owned()),
            labels: pairs(&[("app", "bench"), ("tier", "backend"), ("zone", "a")]),
            annotations: pairs(&[("revision", "0")]),
            ..ObjectMeta::default()
        },
        data: pairs(&[("value", "")]),
        ..ConfigMap::default()
    };
    let filling = SIZE.saturating_sub(encode(&object).len());
    object.data = pairs(&[("value", &"x".repeat(filling))]);
    object
}

/// The bytes that the store keeps of an object.
pub fn encode(object: &ConfigMap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SIZE + 64);
    Json.encode(object, &mut bytes)
        .expect("a ConfigMap is JSON");
    bytes
}
