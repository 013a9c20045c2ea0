use k8s_openapi::{ByteString, api::core::v1::Secret};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Cbor, Codec, DEPTH, MARK, Problem, read, write};

fn written(value: &Value) -> Vec<u8> {
    let mut bytes = MARK.to_vec();
    write::item(value, &mut bytes).expect("a value of 64-bit numbers");
    bytes
}

fn marked(body: &[u8]) -> Vec<u8> {
    [MARK, body].concat()
}

fn problem(body: &[u8]) -> Problem {
    read::marked(&marked(body)).expect_err("not read").problem
}

#[test]
fn an_object_is_the_bytes_that_the_api_server_stores() {
    let object = json!({
        "apiVersion": "ex.io/v1", "kind": "Foo", "metadata": {"name": "n"}, "spec": {"n": 1, "on": true}
    });
    let bytes = b"\xd9\xd9\xf7\xa4\x44kind\x43Foo\x44spec\xa2\x41n\x01\x42on\xf5\x48metadata\xa1\x44name\x41n\
        \x4aapiVersion\x48ex.io/v1";
    assert_eq!(written(&object), bytes);
    assert_eq!(read::marked(bytes), Ok(object));
}

#[test]
fn floats_are_as_short_as_their_number_allows() {
    let rows: [(f64, &[u8]); 6] = [
        (1.5, b"\xf9\x3e\x00"),
        (65504.0, b"\xf9\x7b\xff"),
        (65536.5, b"\xfa\x47\x80\x00\x40"),
        (1.0e-7, b"\xfb\x3e\x7a\xd7\xf2\x9a\xbc\xaf\x48"),
        (-0.0, b"\xf9\x80\x00"),
        (1.0e300, b"\xfb\x7e\x37\xe4\x3c\x88\x00\x75\x9c"),
    ];
    for (number, body) in rows {
        assert_eq!(written(&json!(number)), marked(body), "{number}");
        assert_eq!(read::marked(&marked(body)), Ok(json!(number)));
    }
}

#[test]
fn what_other_encoders_write_is_read() {
    let rows: [(&[u8], Value); 11] = [
        (b"\x63abc", json!("abc")),
        (b"\x7f\x61a\x62bc\xff", json!("abc")),
        (b"\x5f\x41a\x42bc\xff", json!("abc")),
        (b"\x9f\x01\x20\xff", json!([1, -1])),
        (
            b"\xbf\x61a\xf6\x41b\xf4\xff",
            json!({"a": null, "b": false}),
        ),
        (
            b"\xc0\x54\x32\x30\x31\x33-03-21T20:04:00Z",
            json!("2013-03-21T20:04:00Z"),
        ),
        (b"\xc1\x1a\x51\x4b\x67\xb0", json!("2013-03-21T20:04:00Z")),
        (
            b"\xc1\xfb\x41\xd4\x52\xd9\xec\x20\x00\x00",
            json!("2013-03-21T20:04:00.5Z"),
        ),
        (b"\xd6\x43\x00\x01\xff", json!("AAH/")),
        (b"\xd5\x43\x00\x01\xff", json!("AAH_")),
        (b"\xd7\x43\x00\x01\xff", json!("0001ff")),
    ];
    for (body, value) in rows {
        assert_eq!(read::marked(&marked(body)), Ok(value));
    }
}

#[test]
fn what_objects_are_not_made_of_is_refused() {
    let name = |text: &str| Problem::Name(text.to_owned());
    let other = |text: &str| Problem::Unexpected(text.to_owned());
    let rows: [(&[u8], Problem); 17] = [
        (b"\x01\x01", Problem::Trailing),
        (b"\xf9\x7e\x00", Problem::NotFinite),
        (b"\xfa\x7f\x80\x00\x00", Problem::NotFinite),
        (
            b"\x1b\x80\x00\x00\x00\x00\x00\x00\x00",
            Problem::IntegerRange,
        ),
        (
            b"\x3b\x80\x00\x00\x00\x00\x00\x00\x00",
            Problem::IntegerRange,
        ),
        (b"\xc2\x41\x01", Problem::Tag(2)),
        (b"\xd6\x63abc", Problem::Tag(22)),
        (b"\xc1\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", Problem::Tag(1)),
        (b"\xd9\xd9\xf7\x01", Problem::Tag(55_799)),
        (b"\x41\xff", Problem::NotText),
        (b"\xa1\x01\x01", name("u8")),
        (
            b"\xa2\x41a\x01\x61a\x02",
            Problem::Duplicate("a".to_owned()),
        ),
        (b"\xba\x00\x20\x00\x01", Problem::TooManyMembers(2_097_152)),
        (
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
            Problem::TooManyMembers(2_097_152),
        ),
        (b"\xf7", other("undefined")),
        (b"\xe0", other("simple")),
        (b"\xff", other("break")),
    ];
    for (body, expected) in rows {
        assert_eq!(problem(body), expected, "{body:x?}");
    }
    for body in [
        b"".as_slice(),
        b"\x62\xc3\x28",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x5a\xff",
        // As many members as are read, and none of them is there.
        b"\xba\x00\x20\x00\x00",
    ] {
        assert!(matches!(problem(body), Problem::Malformed(_)), "{body:x?}");
    }
    assert_eq!(
        read::marked(b"\xd9\xd9\xf6\x01")
            .expect_err("no mark")
            .problem,
        Problem::NoMark
    );
}

#[test]
fn what_nests_too_deep_is_neither_read_nor_written() {
    let mut value = json!(1);
    for _ in 1..DEPTH {
        value = json!([value]);
    }
    assert_eq!(read::marked(&written(&value)), Ok(value.clone()));
    let deeper = json!([value]);
    let error = write::item(&deeper, &mut Vec::new()).expect_err("too deep");
    assert_eq!(error.problem, Problem::TooDeep);
    assert_eq!(problem(&[0x81; 100_000]), Problem::TooDeep);
}

#[test]
fn an_integer_that_nobody_reads_is_not_written() {
    let error = write::item(&json!(u64::MAX), &mut Vec::new()).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "CBOR at byte 0: an integer is out of range"
    );
}

#[test]
fn fields_of_bytes_are_base64_here_and_bytes_elsewhere() {
    let mut secret = Secret {
        data: Some([("k".to_owned(), ByteString(vec![0, 1, 255]))].into()),
        ..Secret::default()
    };
    secret.metadata.name = Some("n".to_owned());
    let mut bytes = Vec::new();
    Cbor.encode(&secret, &mut bytes).expect("a Secret");
    let read: Secret = Cbor.decode(&bytes).expect("its own bytes");
    assert_eq!(read, secret);
    // The API server marks the bytes themselves.
    let theirs = b"\xd9\xd9\xf7\xa4\x44data\xa1\x41k\xd6\x43\x00\x01\xff\x44kind\x46Secret\x48metadata\xa1\x44name\
        \x41n\x4aapiVersion\x42v1";
    let read: Secret = Cbor.decode(theirs).expect("the API server's bytes");
    assert_eq!(read, secret);
}

/// Values that JSON and CBOR both hold.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<f32>().prop_map(|single| Value::from(f64::from(single))),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in value()) {
        let bytes = written(&value);
        prop_assert_eq!(read::marked(&bytes), Ok(value));
    }

    #[test]
    fn no_bytes_behind_the_mark_panic(body in prop::collection::vec(any::<u8>(), 0..128)) {
        if let Ok(value) = read::marked(&marked(&body)) {
            prop_assert_eq!(read::marked(&written(&value)), Ok(value));
        }
    }

    #[test]
    fn a_changed_byte_does_not_panic(value in value(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = written(&value);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(value) = read::marked(&bytes) {
            prop_assert_eq!(read::marked(&written(&value)), Ok(value));
        }
    }
}
