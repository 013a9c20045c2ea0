use serde_json::Value;
use storeproof_fixtures::objects::{PodExt, pod};

use super::coding::{Coding, shown};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, expect_that, names, row_of, unexpected},
};

pub(super) const CASES: &[Case] = &[
    case!(
        ends_with_its_only_newline,
        "JSON is written in one line, which a newline closes.",
        "backend/8.4"
    )
    .needs(NEEDS),
    case!(
        fields_of_later_versions_are_ignored,
        "A field that nobody knows is ignored where an object is decoded.",
        "backend/8.4"
    )
    .needs(NEEDS),
    case!(
        other_kinds_are_refused,
        "An object of another kind or version is refused, and so is one that does not say.",
        "backend/8.4"
    )
    .needs(NEEDS),
    case!(
        is_compact_and_escapes_markup,
        "JSON has no blanks between its parts, and escapes in texts what means something to HTML or to JavaScript.",
        "backend/8.4"
    )
    .needs(NEEDS),
    case!(
        rows SPELLINGS,
        every_spelling_is_read,
        "An object is read however its JSON is laid out and its texts are escaped, and in whatever order its fields come.",
        "backend/8.1 backend/8.4"
    )
    .needs(NEEDS),
    case!(
        the_last_of_two_fields_counts,
        "Of a field that comes twice the last one counts.",
        "backend/8.4"
    )
    .needs(NEEDS),
    case!(
        names_of_fields_have_a_case,
        "A field whose name has another case is one that nobody knows.",
        "backend/8.4"
    )
    .needs(NEEDS),
    case!(
        a_creation_time_may_be_null,
        "A creation time that is null, as earlier releases wrote it, is none.",
        "backend/8.4"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec, Capability::JsonForm];

async fn ends_with_its_only_newline(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for wanted in [
        pod("test-ns", "foo"),
        pod("test-ns", "foo").annotation("text", "one\ntwo\n"),
    ] {
        let bytes = coding.encode(&wanted)?;
        let newlines = bytes.iter().filter(|byte| **byte == b'\n').count();
        expect_that(
            newlines == 1 && bytes.ends_with(b"}\n"),
            "one newline, behind the object",
            format!("{newlines} in {}", shown(&bytes)),
        )?;
    }
    Ok(())
}

async fn fields_of_later_versions_are_ignored(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let wanted = pod("test-ns", "foo").label("a", "1");
    let bytes = coding.encode(&wanted)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for (from, to) in [
        ("{", r#"{"later":{"a":[1,2.5,null,"b"]},"#),
        (r#""metadata":{"#, r#""metadata":{"later":true,"#),
    ] {
        let later = text.replacen(from, to, 1);
        coding.note(format!("decode {}", shown(later.as_bytes())));
        expect_that(
            later != text,
            "the field is put in",
            "there is no place for it",
        )?;
        coding.expect_object(later.as_bytes(), &wanted)?;
    }
    Ok(())
}

async fn other_kinds_are_refused(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let bytes = coding.encode(&pod("test-ns", "foo"))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for (from, to) in [
        (r#""kind":"Pod""#, r#""kind":"Node""#),
        (r#""kind":"Pod""#, r#""kind":"pod""#),
        (r#""kind":"Pod""#, r#""kind":"PodList""#),
        (r#""kind":"Pod""#, r#""kind":"""#),
        (r#""kind":"Pod""#, r#""kind":null"#),
        (r#""kind":"Pod","#, ""),
        (r#""apiVersion":"v1""#, r#""apiVersion":"v2""#),
        (r#""apiVersion":"v1""#, r#""apiVersion":"V1""#),
        (r#""apiVersion":"v1""#, r#""apiVersion":"/v1""#),
        (r#""apiVersion":"v1","#, ""),
        (r#""apiVersion":"v1""#, r#""apiVersion":"apps/v1""#),
    ] {
        let other = text.replacen(from, to, 1);
        expect_that(other != text, format!("{from} stands in it"), shown(&bytes))?;
        let what = || format!("what has {to:?} for {from:?}");
        coding.expect_refused(other.as_bytes(), what)?;
    }
    Ok(())
}

async fn is_compact_and_escapes_markup(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let text = "<a href=\"x\">&\u{2028}\u{2029}";
    let bytes = coding.encode(&pod("test-ns", "foo").annotation("text", text))?;
    let written = String::from_utf8_lossy(&bytes).into_owned();
    let escaped = r#""text":"\u003ca href=\"x\"\u003e\u0026\u2028\u2029""#;
    expect_that(
        written.contains(escaped),
        format!("{escaped} stands in it"),
        shown(&bytes),
    )?;
    let blanks = written.trim_end().replace("a href", "");
    expect_that(
        !blanks.contains([' ', '\t', '\n', '\r']),
        "no blank but in texts",
        shown(&bytes),
    )
}

const SPELLINGS: &[Row] = &names(&REWRITES);

type Rewrite = fn(&Value) -> String;

/// Other JSON of the same object.
const REWRITES: [(&str, Rewrite); 5] = [
    ("in-many-lines", |object| format!("\r\n\t {object:#}\n\n")),
    ("with-blanks-before-it", |object| format!(" \n{object}")),
    ("with-its-kind-behind", |object| {
        let mut fields = object.as_object().cloned().unwrap_or_default();
        let [kind, version] =
            ["kind", "apiVersion"].map(|name| fields.remove(name).unwrap_or_default());
        let rest = Value::Object(fields).to_string();
        let rest = rest.strip_suffix('}').unwrap_or(&rest);
        format!("{rest},\"kind\":{kind},\"apiVersion\":{version}}}")
    }),
    ("with-escaped-letters", |object| {
        let text = object.to_string();
        text.replace("foo", r"\u0066\u006Fo").replace('/', r"\/")
    }),
    ("with-letters-in-two-halves", |object| {
        object.to_string().replace('𝄞', r"\uD834\udd1e")
    }),
];

async fn every_spelling_is_read(context: &Context, row: usize) -> Verdict {
    let coding = Coding::of(context)?;
    let wanted = pod("test-ns", "foo").annotation("example.com/text", "𝄞 foo");
    let bytes = coding.encode(&wanted)?;
    let object: Value = serde_json::from_slice(&bytes)
        .map_err(|error| unexpected("the bytes are JSON", error.to_string()))?;
    let text = row_of(&REWRITES, row)(&object);
    coding.note(format!("decode {}", shown(text.as_bytes())));
    coding.expect_object(text.as_bytes(), &wanted)
}

async fn the_last_of_two_fields_counts(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let wanted = pod("test-ns", "foo").label("a", "1");
    let bytes = coding.encode(&wanted)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for (from, to) in [
        (
            r#""metadata":"#,
            r#""metadata":{"name":"other"},"metadata":"#,
        ),
        (r#""name":"#, r#""name":"other","name":"#),
        (r#""a":"#, r#""a":"other","a":"#),
    ] {
        let twice = text.replacen(from, to, 1);
        coding.note(format!("decode {}", shown(twice.as_bytes())));
        expect_that(twice != text, format!("{from} stands in it"), shown(&bytes))?;
        coding.expect_object(twice.as_bytes(), &wanted)?;
    }
    Ok(())
}

async fn names_of_fields_have_a_case(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let wanted = pod("test-ns", "foo");
    let bytes = coding.encode(&wanted)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (object, _) = text.trim_end().rsplit_once('}').unwrap_or_default();
    for other in [
        r#""Metadata":{"name":"other"}"#,
        r#""METADATA":null"#,
        r#""Kind":"Node""#,
        r#""apiversion":"v2""#,
    ] {
        let longer = format!("{object},{other}}}\n");
        coding.note(format!("decode {}", shown(longer.as_bytes())));
        coding.expect_object(longer.as_bytes(), &wanted)?;
    }
    Ok(())
}

async fn a_creation_time_may_be_null(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let wanted = pod("test-ns", "foo");
    let bytes = coding.encode(&wanted)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let null = r#""metadata":{"creationTimestamp":null,"#;
    let older = text.replacen(r#""metadata":{"#, null, 1);
    coding.note(format!("decode {}", shown(older.as_bytes())));
    expect_that(
        older != text,
        "the field is put in",
        "there is no place for it",
    )?;
    coding.expect_object(older.as_bytes(), &wanted)
}
