use k8s_openapi::{apimachinery::pkg::apis::meta::v1::Time, jiff::Timestamp};
use storeproof_fixtures::objects::{Pod, PodExt, pod};

use super::{
    coding::{Coding, shown},
    pieces::{self, Found, MAGIC, fields, kind},
};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_that, unexpected},
};

pub(super) const CASES: &[Case] = &[
    case!(
        the_envelope_is_whole,
        "Behind its magic an envelope has its four fields in order: kind and version, the object, and two that are empty.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        the_object_is_metadata_specification_and_status,
        "The object's own message has metadata, specification and status, all three in order, and neither kind nor version.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        what_is_empty_is_written,
        "Texts, numbers and times of the metadata are written where they are empty, too; labels and the like are not.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        entries_are_sorted_and_whole,
        "Labels and annotations are written in the order of their names, each with its name and its value, though these be empty.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        times_are_whole_seconds,
        "A time is written in whole seconds, with no nanoseconds beside them.",
        "backend/8.3"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec, Capability::ProtobufForm];

fn plain() -> Pod {
    pod("test-ns", "foo")
}

/// The fields of a message that the codec wrote.
fn read<'a>(what: &str, message: &'a [u8]) -> Verdict<Vec<Found<'a>>> {
    fields(message).ok_or_else(|| {
        unexpected(
            format!("{what} is a message"),
            format!("it is {}", shown(message)),
        )
    })
}

fn numbers(found: &[Found<'_>]) -> Vec<u64> {
    found.iter().map(|field| field.number).collect()
}

/// The content of the only field of this number.
fn content<'a>(what: &str, message: &'a [u8], number: u64) -> Verdict<&'a [u8]> {
    let found = read(what, message)?;
    let mut found = found.iter().filter(|field| field.number == number);
    match (found.next(), found.next()) {
        (Some(field), None) => Ok(field.content),
        _ => Err(unexpected(
            format!("{what} has field {number}, once"),
            format!("it is {}", shown(message)),
        )),
    }
}

/// The bytes of a Pod without the magic.
fn body(coding: &Coding<'_>, pod: &Pod) -> Verdict<Vec<u8>> {
    let bytes = coding.encode(pod)?;
    let body = bytes.strip_prefix(MAGIC).unwrap_or_default();
    Ok(body.to_vec())
}

/// The metadata of a Pod as it was written.
fn metadata(coding: &Coding<'_>, pod: &Pod) -> Verdict<Vec<u8>> {
    let body = body(coding, pod)?;
    let object = content("the envelope", &body, 2)?;
    Ok(content("the object", object, 1)?.to_vec())
}

async fn the_envelope_is_whole(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for pod in [plain(), pieces::sample().phase("Running")] {
        let body = body(&coding, &pod)?;
        let found = read("the envelope", &body)?;
        expect_that(
            numbers(&found) == [1, 2, 3, 4] && body.ends_with(&[0x1a, 0, 0x22, 0]),
            "an envelope with the fields 1 to 4, of which the last two are empty",
            format!("the fields {:?} in {}", numbers(&found), shown(&body)),
        )?;
        let first = found.first().map(|field| field.whole).unwrap_or_default();
        expect_that(
            first == kind("v1", "Pod"),
            "its first field says v1 in its first field and Pod in its second one",
            format!("it is {}", shown(first)),
        )?;
    }
    Ok(())
}

async fn the_object_is_metadata_specification_and_status(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for pod in [plain(), pieces::sample(), plain().phase("Running")] {
        let body = body(&coding, &pod)?;
        let object = content("the envelope", &body, 2)?;
        let found = numbers(&read("the object", object)?);
        expect_that(
            found == [1, 2, 3],
            "an object with the fields 1, 2 and 3",
            format!("the fields {found:?} in {}", shown(object)),
        )?;
    }
    Ok(())
}

async fn what_is_empty_is_written(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let mut empty = plain().uid("");
    empty.metadata.labels = Some([].into());
    empty.metadata.finalizers = Some(Vec::new());
    empty.metadata.generation = Some(0);
    for pod in [plain(), empty] {
        let written = metadata(&coding, &pod)?;
        let expected =
            b"\x0a\x03foo\x12\x00\x1a\x07test-ns\x22\x00\x2a\x00\x32\x00\x38\x00\x42\x00";
        expect_that(
            written == expected,
            format!("the metadata are {}", shown(expected)),
            format!("they are {}", shown(&written)),
        )?;
    }
    Ok(())
}

async fn entries_are_sorted_and_whole(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let texts = [("b", "2"), ("", "1"), ("a.example/c", ""), ("ä", "€")];
    let mut wanted = plain();
    for (name, value) in texts {
        wanted = wanted.label(name, value).annotation(value, name);
    }
    let written = metadata(&coding, &wanted)?;
    let written = read("the metadata", &written)?;
    let labels = texts.map(|(name, value)| (name, value));
    let annotations = texts.map(|(name, value)| (value, name));
    for (number, mut texts) in [(11, labels), (12, annotations)] {
        texts.sort_unstable();
        let expected: Vec<Vec<u8>> = texts
            .iter()
            .map(|(name, value)| {
                [
                    pieces::field(1, name.as_bytes()),
                    pieces::field(2, value.as_bytes()),
                ]
                .concat()
            })
            .collect();
        let entries = written.iter().filter(|field| field.number == number);
        let entries: Vec<Vec<u8>> = entries.map(|field| field.content.to_vec()).collect();
        expect_that(
            entries == expected,
            format!("field {number} is {}", shown(&expected.concat())),
            format!("it is {}", shown(&entries.concat())),
        )?;
    }
    Ok(())
}

async fn times_are_whole_seconds(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for (second, nanosecond) in [(1_600_000_000, 0), (1_600_000_000, 999_999_999), (1, 1)] {
        let Ok(created) = Timestamp::new(second, nanosecond) else {
            continue;
        };
        let mut wanted = plain();
        wanted.metadata.creation_timestamp = Some(Time(created));
        let written = metadata(&coding, &wanted)?;
        let time = content("the metadata", &written, 8)?;
        let seconds = pieces::varint(second.unsigned_abs());
        let expected = [&[0x08][..], &seconds, &[0x10, 0]].concat();
        expect_that(
            time == expected,
            format!("{created} is written as {}", shown(&expected)),
            format!("it is written as {}", shown(time)),
        )?;
    }
    Ok(())
}
