use std::collections::BTreeMap;

use proptest::{collection, prelude::*};
use serde::Serialize;
use serde_json::{Value, json};

use super::value;

#[derive(Serialize)]
enum Kinds {
    Unit,
    Newtype(u8),
    Tuple(i8, char),
    Struct { a: Option<bool>, b: () },
}

#[derive(Serialize)]
struct Unit;

fn written(of: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    value(of, &mut bytes).expect("it has JSON");
    String::from_utf8(bytes).expect("JSON is text")
}

#[test]
fn every_kind_of_value_is_written_as_serde_json_writes_it() {
    let kinds = (
        [Kinds::Unit, Kinds::Newtype(1), Kinds::Tuple(-1, '"')],
        Kinds::Struct { a: None, b: () },
        (Unit, Some(1.5_f32), f64::MIN_POSITIVE, 1e300),
        (u128::MAX, i128::MIN, "", [0_u8; 0]),
        BTreeMap::from([(-1, BTreeMap::from([(true, 'x')]))]),
    );
    assert_eq!(
        written(&kinds),
        serde_json::to_string(&kinds).expect("it has JSON")
    );
}

#[test]
fn what_has_no_json_is_refused() {
    let mut bytes = Vec::new();
    let nobody = value(&BTreeMap::from([(vec![1], 1)]), &mut bytes);
    assert!(nobody.is_err());
    let unnamed = value(&BTreeMap::from([((), 1)]), &mut bytes);
    assert!(unnamed.is_err());
    for number in [f64::NAN, f64::INFINITY] {
        let error = value(&number, &mut bytes).expect_err("no number");
        assert_eq!(error.to_string(), format!("{number} is no number of JSON"));
    }
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            collection::btree_map(".{0,8}", inner, 0..6).prop_map(|members| json!(members)),
        ]
    })
}

proptest! {
    #[test]
    fn every_document_is_what_serde_json_writes_but_for_the_escapes_of_markup(document in documents()) {
        let theirs = serde_json::to_string(&document).expect("a document");
        let theirs = [
            ('<', r"\u003c"),
            ('>', r"\u003e"),
            ('&', r"\u0026"),
            ('\u{2028}', r"\u2028"),
            ('\u{2029}', r"\u2029"),
        ]
        .iter()
        .fold(theirs, |text, (character, escape)| text.replace(*character, escape));
        prop_assert_eq!(written(&document), theirs);
    }
}
