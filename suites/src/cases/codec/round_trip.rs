use proptest::collection::vec;
use storeproof_fixtures::objects::{Pod, PodExt, pod};

use super::{
    coding::{Coding, told},
    object::{Content, content},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Row, Trial, Verdict, judged, names, row_of, search,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        any_object_comes_back,
        "Any object that was encoded is decoded as it was.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        every_content_comes_back,
        "An object comes back whatever is in it: much, little, nothing, and letters that are special to somebody.",
        "backend/8.7"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec];

async fn any_object_comes_back(context: &Context) -> Verdict {
    let contents = || vec(content(), 1..6);
    let run = |contents, _| encode_and_decode(context, contents);
    search(context, "codec::round_trip", Effort::FULL, contents, run).await
}

async fn encode_and_decode(context: &Context, contents: Vec<Content>) -> Trial {
    let coding = Coding::of(context)?;
    let mut done = Vec::new();
    let mut verdict = || {
        let mut encoded = Vec::new();
        for content in &contents {
            let pod = content.pod(false);
            done.push(format!("encode {}", told(&pod)));
            encoded.push((coding.encode(&pod)?, pod));
        }
        for (bytes, pod) in &encoded {
            coding.expect_object(bytes, pod)?;
        }
        Ok(())
    };
    let verdict = verdict();
    judged(verdict, done)
}

const ROWS: &[Row] = &names(&CONTENTS);

type Make = fn() -> Vec<Pod>;

const CONTENTS: [(&str, Make); 6] = [
    ("little", || {
        vec![pod("test-ns", "foo"), pod("test-ns", "goo")]
    }),
    ("nothing-or-none", || {
        let mut empty = pod("test-ns", "foo");
        empty.metadata.finalizers = Some(Vec::new());
        vec![pod("test-ns", "foo"), empty]
    }),
    ("large", || {
        let text = |length: usize| "pandas, ".repeat(length / 8);
        [1000, 65_536, 65_544, 500_000]
            .map(|length| pod("test-ns", "foo").annotation("text", &text(length)))
            .into()
    }),
    ("letters", || {
        [
            "ä",
            "€",
            "𝄞",
            "\u{2028}",
            "<&>",
            "\"\\/",
            "\n\t\r\u{0}",
            "\u{7f}",
        ]
        .map(|text| pod("test-ns", "foo").annotation("text", text))
        .into()
    }),
    ("numbers", || {
        [0, 1, -1, (1 << 53) + 1, i64::MAX, i64::MIN]
            .map(|number| {
                let mut numbered = pod("test-ns", "foo");
                numbered.metadata.generation = Some(number);
                numbered
            })
            .into()
    }),
    ("alike", || {
        let labelled = |value| pod("test-ns", "foo").label("a", value);
        vec![labelled("1"), labelled("2"), labelled("3"), labelled("1")]
    }),
];

async fn every_content_comes_back(context: &Context, row: usize) -> Verdict {
    let coding = Coding::of(context)?;
    let mut encoded = Vec::new();
    for pod in row_of(&CONTENTS, row)() {
        let bytes = coding.encode(&pod)?;
        coding.note(format!("encode {}", told(&pod)));
        encoded.push((bytes, pod));
    }
    for (bytes, pod) in &encoded {
        coding.expect_object(bytes, pod)?;
    }
    Ok(())
}
