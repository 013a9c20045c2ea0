use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use proptest::prelude::*;

use super::{AnyForm, Cbor, Codec, Form, Json, Protobuf};

fn config_map(name: &str, data: &str) -> ConfigMap {
    let mut object = ConfigMap::default();
    object.metadata.name = Some(name.to_owned());
    object.data = Some([("k".to_owned(), data.to_owned())].into());
    object
}

fn encoded(codec: &dyn Codec<ConfigMap>, object: &ConfigMap) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec.encode(object, &mut bytes).expect("a ConfigMap");
    bytes
}

/// What is written, beside the codec that writes it.
fn forms() -> [(Form, Box<dyn Codec<ConfigMap>>); 3] {
    [
        (Form::Json, Box::new(Json)),
        (Form::Cbor, Box::new(Cbor)),
        (Form::Protobuf, Box::new(Protobuf)),
    ]
}

fn reading() -> AnyForm<ConfigMap> {
    AnyForm::writing(Json).with_protobuf()
}

#[test]
fn the_first_bytes_tell_the_form() {
    let rows: [(&[u8], Option<Form>); 9] = [
        (b"", None),
        (b"k8s:enc:aescbc:v1:", Some(Form::Encrypted)),
        (b"k8s\0", Some(Form::Protobuf)),
        (b"k8s:", None),
        (b"\xd9\xd9\xf7", Some(Form::Cbor)),
        (b"{", Some(Form::Json)),
        (b"\n\t {}", Some(Form::Json)),
        (b"[]", None),
        (b"kind: Pod", None),
    ];
    for (value, form) in rows {
        assert_eq!(Form::of(value), form, "{value:?}");
    }
}

#[test]
fn every_form_is_read_whatever_is_written() {
    let object = config_map("n", "v");
    for (form, codec) in forms() {
        let bytes = encoded(&*codec, &object);
        assert_eq!(Form::of(&bytes), Some(form));
        assert_eq!(reading().decode(&bytes).expect("its own form"), object);
        let packed = STANDARD.encode(&bytes) + "\n";
        assert_eq!(reading().decode(packed.as_bytes()).expect("base64"), object);
    }
    assert_eq!(encoded(&reading(), &object), encoded(&Json, &object));
    let writes_cbor = AnyForm::writing(Cbor);
    assert_eq!(encoded(&writes_cbor, &object), encoded(&Cbor, &object));
}

#[test]
fn what_cannot_be_read_says_why() {
    let packed = STANDARD.encode(b"kind: Pod");
    let rows: [(&[u8], &str); 8] = [
        (b"", "the value is empty"),
        (
            b"k8s:enc:aescbc:v1:key:\0\0",
            "the value is encrypted: it must pass the transformer that wrote it first",
        ),
        (
            b"k8s\0\x0a\x00",
            "the value is protobuf, which k8s_openapi::",
        ),
        (b"\xd9\xd9\xf7\xa1", "CBOR at byte 4: end of input bytes"),
        (
            b"{\"kind\":",
            "EOF while parsing a value at line 1 column 8",
        ),
        (
            b"{\"kind\":\"Node\",\"apiVersion\":\"v1\"}",
            "invalid value",
        ),
        (
            b"kind: Pod",
            "the value is neither JSON, protobuf nor CBOR, nor one of these in base64: Invalid symbol 58, offset 4.",
        ),
        (
            packed.as_bytes(),
            "the value is base64 of something that is neither JSON, protobuf nor CBOR",
        ),
    ];
    for (value, reason) in rows {
        let read: Result<Pod, _> = AnyForm::writing(Json).decode(value);
        let error = read.expect_err(reason).to_string();
        let expected = format!("unable to decode the stored object: {reason}");
        assert!(error.starts_with(&expected), "{error}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(
        mark in prop::sample::select(vec![b"".as_slice(), b"k8s\0", b"\xd9\xd9\xf7", b"{", b"k8s:enc:"]),
        body in prop::collection::vec(any::<u8>(), 0..96),
    ) {
        let bytes = [mark, &body].concat();
        if let Ok(object) = reading().decode(&bytes) {
            let again = encoded(&Json, &object);
            prop_assert_eq!(reading().decode(&again).expect("what it wrote"), object);
        }
    }

    #[test]
    fn objects_come_back_from_every_form(name in ".{1,8}", data in ".{0,16}") {
        let object = config_map(&name, &data);
        for (form, codec) in forms() {
            let bytes = encoded(&*codec, &object);
            prop_assert_eq!(Form::of(&bytes), Some(form));
            prop_assert_eq!(&encoded(&*codec, &object), &bytes);
            prop_assert_eq!(&reading().decode(&bytes).expect("its own form"), &object);
        }
    }

    #[test]
    fn a_value_that_is_cut_off_never_panics(at in any::<prop::sample::Index>()) {
        for (form, codec) in forms() {
            let bytes = encoded(&*codec, &config_map("name", "data"));
            let cut = &bytes[..at.index(bytes.len())];
            // JSON may miss its newline. An envelope may end between two fields: the protobuf tests say where.
            match reading().decode(cut) {
                Ok(object) if form == Form::Json => prop_assert_eq!(object, config_map("name", "data")),
                outcome => prop_assert!(outcome.is_err() || form == Form::Protobuf),
            }
        }
    }
}
