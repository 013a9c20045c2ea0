use proptest::collection::vec;
use storeproof_fixtures::objects::{PodExt, pod};

use super::{
    coding::{Coding, shown, told},
    object::{Content, content},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Trial, Verdict, expect_that, judged, search, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        equal_objects_are_equal_bytes,
        "Equal objects are equal bytes, in whatever order they were put together.",
        "backend/8.7 store/1.3"
    )
    .needs(NEEDS),
    case!(
        what_was_decoded_is_encoded_as_it_was,
        "An object that was decoded is encoded as the bytes that it came from, so that an update that changes nothing writes nothing.",
        "backend/8.2 store/1.3"
    )
    .needs(NEEDS),
    case!(
        equal_bytes_are_equal_objects,
        "Equal bytes are equal objects each time they are decoded, whatever was decoded in between.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        bytes_are_appended,
        "An object goes behind the bytes that are there, and these stay as they are.",
        "backend/8.1"
    )
    .needs(NEEDS),
    case!(
        nothing_looks_encrypted,
        "No object begins as encrypted values do.",
        "backend/8.1"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec];

async fn equal_objects_are_equal_bytes(context: &Context) -> Verdict {
    let contents = || vec(content(), 1..6);
    let run = |contents, _| encode_twice(context, contents);
    search(context, "codec::equality", Effort::FULL, contents, run).await
}

async fn encode_twice(context: &Context, contents: Vec<Content>) -> Trial {
    let coding = Coding::of(context)?;
    let mut done = Vec::new();
    let mut verdict = || {
        for content in &contents {
            let (one, other) = (content.pod(false), content.pod(true));
            done.push(format!("encode {}", told(&one)));
            let (one, other) = (coding.encode(&one)?, coding.encode(&other)?);
            expect_that(
                one == other,
                format!(
                    "an equal object is encoded in the same way: {}",
                    shown(&one)
                ),
                format!("it is encoded as {}", shown(&other)),
            )?;
        }
        Ok(())
    };
    let verdict = verdict();
    judged(verdict, done)
}

async fn what_was_decoded_is_encoded_as_it_was(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let mut wanted = pod("test-ns", "foo")
        .label("b", "<&>")
        .label("a", "ä")
        .annotation("c", "");
    wanted.metadata.finalizers = Some(vec!["one".to_owned(), "two".to_owned()]);
    let bytes = coding.encode(&wanted)?;
    coding.note(format!("encode {}", told(&wanted)));
    let decoded = match coding.decode(&bytes)? {
        Ok(decoded) => decoded,
        Err(error) => {
            return Err(unexpected(
                "the bytes are decoded",
                format!("they are not: {error}"),
            ));
        }
    };
    let again = coding.encode(&decoded)?;
    expect_that(
        again == bytes,
        format!("it is encoded again as {}", shown(&bytes)),
        format!("it is encoded as {}", shown(&again)),
    )
}

async fn equal_bytes_are_equal_objects(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let objects = ["1", "2", "3"].map(|value| pod("test-ns", "foo").label("a", value));
    let mut encoded = Vec::new();
    for object in &objects {
        encoded.push((coding.encode(object)?, object));
    }
    coding.note("encode three objects that differ in a label, and decode them in turns");
    for _ in 0..3 {
        for (bytes, object) in &encoded {
            coding.expect_object(bytes, object)?;
        }
    }
    Ok(())
}

async fn bytes_are_appended(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let wanted = pod("test-ns", "foo");
    let alone = coding.encode(&wanted)?;
    let mut bytes = b"k8s:enc:mine:v1:".to_vec();
    let before = bytes.len();
    coding.encode_behind(&wanted, &mut bytes)?;
    coding.note("encode an object behind \"k8s:enc:mine:v1:\"");
    let kept = bytes.get(..before) == Some(b"k8s:enc:mine:v1:");
    expect_that(
        kept && bytes.get(before..) == Some(&alone),
        format!(
            "the object's own bytes stand behind those that were there: {}",
            shown(&alone)
        ),
        format!("there is {}", shown(&bytes)),
    )
}

async fn nothing_looks_encrypted(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for name in ["k8s:enc:", "foo", ""] {
        let bytes = coding.encode(&pod("test-ns", name))?;
        expect_that(
            !bytes.starts_with(b"k8s:enc:") && !bytes.is_empty(),
            "an object has bytes, which do not begin with k8s:enc:",
            format!("there is {}", shown(&bytes)),
        )?;
    }
    Ok(())
}
