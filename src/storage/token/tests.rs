use proptest::prelude::*;

use super::{ContinueToken, Engine, TokenError, URL_SAFE_NO_PAD, VERSION};

fn token(json: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

fn decoded(text: &str) -> Result<(String, i64), TokenError> {
    ContinueToken::decode(text, "/test/").map(|token| (token.start, token.revision))
}

#[test]
fn text_is_compact_json_in_url_safe_base64() {
    let text = ContinueToken::encode("/test/second/bar\0", "/test/", 9).expect("below");
    assert_eq!(
        text,
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6OSwic3RhcnQiOiJzZWNvbmQvYmFyXHUwMDAwIn0"
    );
    assert_eq!(decoded(&text), Ok(("/test/second/bar\0".to_owned(), 9)));
}

#[test]
fn letters_are_escaped_as_the_api_server_escapes_them() {
    for (start, written) in [
        (b"a\0".as_slice(), r"a\u0000"),
        (b"<>&", r"\u003c\u003e\u0026"),
        ("\u{2028}\u{2029}".as_bytes(), r"\u2028\u2029"),
        (b"\"\\/", r#"\"\\/"#),
        (b"\x08\x0c\n\r\t\x1f\x7f", "\\b\\f\\n\\r\\t\\u001f\u{7f}"),
        ("\u{e9}\u{fffd}".as_bytes(), "\u{e9}\u{fffd}"),
        (b"a\xffb\xe2\x82", r"a\ufffdb\ufffd\ufffd"),
    ] {
        let full = [b"/test/", start].concat();
        assert_eq!(
            ContinueToken::encode(&full, "/test/", -1).expect("below"),
            token(format!(
                r#"{{"v":"meta.k8s.io/v1","rv":-1,"start":"{written}"}}"#
            ))
        );
    }
}

#[test]
fn a_key_outside_the_prefix_makes_no_token() {
    for (start, prefix) in [("/other/key", "/test/"), ("/test/", "")] {
        assert_eq!(
            ContinueToken::encode(start, prefix, 1),
            Err(TokenError::Foreign)
        );
    }
}

#[test]
fn damaged_tokens_are_told_apart() {
    let of = |v: &str, rv: i64, start: &str| {
        token(format!(r#"{{"v":"{v}","rv":{rv},"start":"{start}"}}"#))
    };
    let refused = |text: &str| decoded(text).expect_err(text);
    assert_eq!(refused(&of(VERSION, 0, "key")), TokenError::NoRevision);
    assert_eq!(refused(&of(VERSION, 1, "")), TokenError::NoStart);
    for version in ["", "v1"] {
        assert_eq!(
            refused(&of(version, 1, "key")),
            TokenError::Version(version.to_owned())
        );
    }
    for start in [
        "../key",
        "./key",
        "./../key",
        "key/../..",
        "a//b",
        "ns/",
        "//",
        "//a",
    ] {
        assert_eq!(
            refused(&of(VERSION, 1, start)),
            TokenError::NotValid(start.to_owned())
        );
    }
    let root = decoded(&of(VERSION, 1, "/"));
    assert_eq!(root, Ok(("/test/".to_owned(), 1)));
}

#[test]
fn what_is_no_token_says_so() {
    let padded = format!("{}=", token(r#"{"v":"meta.k8s.io/v1","rv":1,"start":"k"}"#));
    for text in ["%%%", "a", "e30=", &padded] {
        assert!(
            matches!(decoded(text), Err(TokenError::NotValid(_))),
            "{text}"
        );
    }
    for json in [
        "[",
        "",
        "{}{}",
        r#"["meta.k8s.io/v1",1,"k"]"#,
        r#""meta.k8s.io/v1""#,
        "1",
        r#"{"v":"meta.k8s.io/v1","rv":1.0,"start":"k"}"#,
        r#"{"v":"meta.k8s.io/v1","rv":1e3,"start":"k"}"#,
        r#"{"v":"meta.k8s.io/v1","rv":"1","start":"k"}"#,
        r#"{"v":"meta.k8s.io/v1","rv":9223372036854775808,"start":"k"}"#,
        r#"{"v":1,"rv":1,"start":"k"}"#,
        r#"{"v":"meta.k8s.io/v1","rv":1,"start":["k"]}"#,
    ] {
        let refused = decoded(&token(json));
        assert!(matches!(refused, Err(TokenError::NotValid(_))), "{json}");
    }
    assert_eq!(
        decoded(&token("null")),
        Err(TokenError::Version(String::new()))
    );
    let minus_nothing = r#"{"v":"meta.k8s.io/v1","rv":-0,"start":"k"}"#;
    assert_eq!(decoded(&token(minus_nothing)), Err(TokenError::NoRevision));
}

#[test]
fn the_texts_are_those_of_the_api_server() {
    for (error, text) in [
        (TokenError::NotValid("ns/".into()), ": ns/"),
        (
            TokenError::NoRevision,
            ": incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
        ),
        (
            TokenError::NoStart,
            ": encoded start key empty (version meta.k8s.io/v1)",
        ),
        (
            TokenError::Version("v1".into()),
            ": server does not recognize this encoded version v1",
        ),
    ] {
        assert_eq!(
            error.to_string(),
            format!("continue key is not valid{text}")
        );
    }
}

#[test]
fn tokens_of_other_writers_are_read_leniently() {
    for json in [
        r#"{"V":"meta.k8s.io/v1","Rv":7,"START":"k"}"#,
        "{\"v\":\"meta.k8s.io/v1\",\"RV\":7,\"\u{17f}tArT\":\"k\"}",
        r#"{"v":"x","rv":1,"start":"z","v":"meta.k8s.io/v1","rV":7,"sTART":"k"}"#,
        r#"{"v":"meta.k8s.io/v1","rv":7,"start":"k","rv":null,"v":null,"start":null}"#,
        r#" { "more" : [ { "rv" : 1e999 } ] , "start" : "k" , "rv" : 7 , "v" : "meta.k8s.io/v1" } "#,
        r#"{"v":"meta.k8s.io/v1","rv":7,"start":"\u006b","\ud800":"\udfff"}"#,
    ] {
        assert_eq!(
            decoded(&token(json)),
            Ok(("/test/k".to_owned(), 7)),
            "{json}"
        );
    }
    for start in [&br"a\ud800b"[..], b"a\xffb"] {
        let json = [br#"{"v":"meta.k8s.io/v1","rv":7,"start":""#, start, b"\"}"].concat();
        assert_eq!(
            decoded(&token(json)),
            Ok(("/test/a\u{fffd}b".to_owned(), 7))
        );
    }
}

#[test]
fn bits_that_are_too_many_do_not_matter() {
    let exact = token(r#"{"v":"meta.k8s.io/v1","rv":7,"start":"k"}"#);
    assert!(exact.ends_with("In0"), "{exact}");
    let sloppy = format!("{}1", exact.strip_suffix('0').expect("as checked"));
    assert_eq!(decoded(&sloppy), Ok(("/test/k".to_owned(), 7)));
}

/// Texts that come close to tokens.
fn nearly_json() -> impl Strategy<Value = String> {
    let name = prop_oneof!["v", "rv", "start", "[vVrRsStTaA]{1,5}"].boxed();
    let value = prop_oneof![
        Just(r#""meta.k8s.io/v1""#.to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "[./a-c\\\\u0]{0,8}".prop_map(|text| format!("\"{text}\"")),
        Just("null".to_owned()),
    ]
    .boxed();
    proptest::collection::vec((name, value), 0..6).prop_map(|members| {
        let members: Vec<_> = members
            .into_iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    })
}

fn stays_inside(text: &str) -> Result<(), TestCaseError> {
    if let Ok((start, revision)) = decoded(text) {
        prop_assert!(start.starts_with("/test/"), "{start:?}");
        prop_assert!(!start.split('/').any(|part| part == ".."), "{start:?}");
        prop_assert_ne!(revision, 0);
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_text_escapes_the_prefix(text in any::<String>()) {
        stays_inside(&text)?;
    }

    #[test]
    fn no_bytes_escape_the_prefix(bytes in any::<Vec<u8>>()) {
        stays_inside(&token(bytes))?;
    }

    #[test]
    fn no_start_escapes_the_prefix(start in "[./a\\PC]{0,12}") {
        let start = serde_json::to_string(&start).expect("a text");
        stays_inside(&token(format!(r#"{{"v":"{VERSION}","rv":1,"start":{start}}}"#)))?;
    }

    #[test]
    fn no_members_escape_the_prefix(json in nearly_json()) {
        stays_inside(&token(json))?;
    }

    #[test]
    fn keys_of_objects_come_back(key in "[a-z0-9.-]{0,4}[a-z0-9](/[a-z0-9<>&][^/]{0,6}[a-z0-9\u{e9}])?\0?", revision in 1..i64::MAX) {
        let full = format!("/test/{key}");
        let text = ContinueToken::encode(&full, "/test/", revision).expect("below");
        prop_assert_eq!(decoded(&text), Ok((full, revision)));
    }
}
