use storeproof_fixtures::objects::{PodExt, pod};

use super::coding::{Coding, shown};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_that},
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
        (r#""kind":"Pod""#, r#""kind":"""#),
        (r#""kind":"Pod","#, ""),
        (r#""apiVersion":"v1""#, r#""apiVersion":"v2""#),
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
