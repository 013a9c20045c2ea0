use std::{collections::BTreeMap, error::Error as StdError};

use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;
use prost::Message;

use super::{Codec, Envelope, EnvelopeError, MAGIC, Protobuf, ProtobufObject};

/// A ConfigMap with the few fields that these tests need, as the API server writes it: what is empty is written, too.
#[derive(Clone, PartialEq, Message)]
struct Stored {
    #[prost(message, optional, tag = "1")]
    metadata: Option<Metadata>,
    #[prost(btree_map = "string, string", tag = "2")]
    data: BTreeMap<String, String>,
}

#[derive(Clone, PartialEq, Message)]
struct Metadata {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    generate_name: Option<String>,
    #[prost(string, optional, tag = "3")]
    namespace: Option<String>,
    #[prost(string, optional, tag = "4")]
    self_link: Option<String>,
    #[prost(string, optional, tag = "5")]
    uid: Option<String>,
    #[prost(string, optional, tag = "6")]
    resource_version: Option<String>,
    #[prost(int64, optional, tag = "7")]
    generation: Option<i64>,
    #[prost(message, optional, tag = "8")]
    creation_timestamp: Option<()>,
}

impl ProtobufObject for ConfigMap {
    const API_VERSION: &'static str = "v1";
    const KIND: &'static str = "ConfigMap";

    fn write_message(&self, raw: &mut Vec<u8>) {
        let metadata = &self.metadata;
        let text = |field: &Option<String>| Some(field.clone().unwrap_or_default());
        let stored = Stored {
            metadata: Some(Metadata {
                name: text(&metadata.name),
                generate_name: text(&metadata.generate_name),
                namespace: text(&metadata.namespace),
                self_link: text(&metadata.self_link),
                uid: text(&metadata.uid),
                resource_version: text(&metadata.resource_version),
                generation: Some(metadata.generation.unwrap_or_default()),
                creation_timestamp: Some(()),
            }),
            data: self.data.clone().unwrap_or_default(),
        };
        stored.encode(raw).expect("a vector grows");
    }

    fn read_message(raw: &[u8]) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        let stored = Stored::decode(raw)?;
        let metadata = stored.metadata.unwrap_or_default();
        let mut object = Self::default();
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        object.metadata.name = some(metadata.name);
        object.metadata.namespace = some(metadata.namespace);
        object.data = Some(stored.data).filter(|data| !data.is_empty());
        Ok(object)
    }
}

const CONFIG_MAP: &[u8] =
    b"\x6b\x38\x73\x00\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x1d\x0a\x13\x0a\x01n\x12\x00\
    \x1a\x02ns\x22\x00\x2a\x00\x32\x00\x38\x00\x42\x00\x12\x06\x0a\x01k\x12\x01v\x1a\x00\x22\x00";

fn config_map() -> ConfigMap {
    let mut object = ConfigMap::default();
    object.metadata.name = Some("n".to_owned());
    object.metadata.namespace = Some("ns".to_owned());
    object.data = Some([("k".to_owned(), "v".to_owned())].into());
    object
}

fn read(bytes: &[u8]) -> Result<ConfigMap, String> {
    Protobuf.decode(bytes).map_err(|error| error.to_string())
}

#[test]
fn an_object_is_the_bytes_that_the_api_server_stores() {
    let mut bytes = Vec::new();
    Protobuf
        .encode(&config_map(), &mut bytes)
        .expect("infallible");
    assert_eq!(bytes, CONFIG_MAP);
    assert_eq!(read(&bytes), Ok(config_map()));
}

#[test]
fn an_envelope_of_any_kind_is_read() {
    let envelope = Envelope::read(CONFIG_MAP).expect("an envelope");
    assert_eq!(
        (envelope.api_version.as_str(), envelope.kind.as_str()),
        ("v1", "ConfigMap")
    );
    assert_eq!(envelope.raw.len(), 0x1d);
    // The pieces come in another order, one of them twice and an unknown one among them: the later wins.
    let shuffled = b"k8s\0\x22\x01t\x12\x01a\x7a\x02??\x12\x02bc\x0a\x03\x12\x01K\x0a\x03\x0a\x01v";
    let envelope = Envelope::read(shuffled).expect("an envelope");
    assert_eq!(
        envelope,
        Envelope {
            content_type: "t".to_owned(),
            ..Envelope::new("v", "K", "bc")
        }
    );
}

#[test]
fn what_is_no_envelope_is_refused_with_the_reason() {
    let rows: [(&[u8], &str); 5] = [
        (b"", "empty data"),
        (
            b"k8s\x01\x0a\x00",
            "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
        ),
        (b"k8s\0", "empty body"),
        (b"k8s\0\x0a", "the protobuf envelope is damaged: "),
        (
            b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap",
            "the protobuf envelope is damaged: it holds no object",
        ),
    ];
    for (bytes, text) in rows {
        let error = Envelope::read(bytes).expect_err(text).to_string();
        assert!(error.starts_with(text), "{error}");
    }
}

#[test]
fn objects_of_other_kinds_and_versions_are_refused() {
    let rows = [
        (
            Envelope::new("v1", "", "").expect_kind("v1", "ConfigMap"),
            r#"Object 'Kind' is missing in 'runtime.TypeMeta{APIVersion:"v1", Kind:""}'"#,
        ),
        (
            Envelope::new("", "ConfigMap", "").expect_kind("v1", "ConfigMap"),
            r#"Object 'apiVersion' is missing in 'runtime.TypeMeta{APIVersion:"", Kind:"ConfigMap"}'"#,
        ),
        (
            Envelope::new("v1", "Secret", "").expect_kind("v1", "ConfigMap"),
            r#"no kind "Secret" is registered for version "v1""#,
        ),
        (
            Envelope::new("v2", "ConfigMap", "").expect_kind("v1", "ConfigMap"),
            r#"no kind "ConfigMap" is registered for version "v2""#,
        ),
    ];
    for (result, text) in rows {
        assert_eq!(result.expect_err(text).to_string(), text);
    }
}

#[test]
fn a_value_that_is_cut_off_is_refused() {
    for length in 0..CONFIG_MAP.len() {
        let cut = &CONFIG_MAP[..length];
        // What stands behind the object may be missing: that is an envelope with less in it, and the same object.
        let is_whole = [0x34, 0x36].contains(&length);
        let outcome = read(cut);
        assert_eq!(outcome.is_ok(), is_whole, "{length} bytes: {outcome:?}");
        if is_whole {
            assert_eq!(outcome, Ok(config_map()));
        }
    }
    assert!(matches!(
        Envelope::read(MAGIC),
        Err(EnvelopeError::EmptyBody)
    ));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        api_version in ".{0,12}", kind in ".{0,12}", raw in prop::collection::vec(any::<u8>(), 0..64),
        content_encoding in ".{0,4}", content_type in ".{0,4}",
    ) {
        let envelope = Envelope { content_encoding, content_type, ..Envelope::new(api_version, kind, raw) };
        let mut bytes = Vec::new();
        envelope.clone().write(&mut bytes);
        prop_assert_eq!(Envelope::read(&bytes), Ok(envelope));
    }

    #[test]
    fn no_bytes_behind_the_magic_panic(body in prop::collection::vec(any::<u8>(), 0..128)) {
        let bytes = [MAGIC, &body].concat();
        if let Ok(envelope) = Envelope::read(&bytes) {
            let mut again = Vec::new();
            envelope.clone().write(&mut again);
            prop_assert_eq!(Envelope::read(&again), Ok(envelope));
        }
    }
}
