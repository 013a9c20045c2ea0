use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use storeproof_fixtures::objects::{Pod, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_items, names, page,
        row_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows LOOKALIKE_ROWS,
        refuses_what_only_looks_like_a_token,
        "What has a token's content in another form, or a number that is not whole, is refused with 400.",
        "store/6/52 store/3.8.3"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows LENIENT_ROWS,
        reads_what_the_api_server_reads,
        "A token is read in any spelling of its members, with repeated ones, with empty ones, with spare bits.",
        "store/6/52 store/3.8.3"
    )
    .needs(&[Capability::Paging]),
];

async fn seed(context: &Context) -> Verdict<[Pod; 3]> {
    Ok([
        context.create(&pod("a", "x")).await?,
        context.create(&pod("b", "x")).await?,
        context.create(&pod("c", "x")).await?,
    ])
}

const LOOKALIKE_ROWS: &[Row] = &names(&LOOKALIKES);

const LOOKALIKES: [(&str, &str); 10] = [
    ("array", r#"["meta.k8s.io/v1",-1,"b/x"]"#),
    ("text", r#""meta.k8s.io/v1""#),
    ("null", "null"),
    ("one-letter", ""),
    (
        "two-documents",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"b/x"}{}"#,
    ),
    (
        "fraction",
        r#"{"v":"meta.k8s.io/v1","rv":-1.0,"start":"b/x"}"#,
    ),
    (
        "exponent",
        r#"{"v":"meta.k8s.io/v1","rv":-1e0,"start":"b/x"}"#,
    ),
    (
        "number-in-quotes",
        r#"{"v":"meta.k8s.io/v1","rv":"-1","start":"b/x"}"#,
    ),
    (
        "beyond-signed",
        r#"{"v":"meta.k8s.io/v1","rv":9223372036854775808,"start":"b/x"}"#,
    ),
    (
        "start-is-a-list",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":["b/x"]}"#,
    ),
];

async fn refuses_what_only_looks_like_a_token(context: &Context, row: usize) -> Verdict {
    seed(context).await?;
    let json = row_of(&LOOKALIKES, row);
    // No text at all: the only token of one letter.
    let token = match *json {
        "" => "A".to_owned(),
        json => URL_SAFE_NO_PAD.encode(json),
    };
    let answer = context.store().get_list("/pods/", &page(1, &token)).await;
    let error = answer.expect_bad_request()?;
    Err::<(), _>(error)
        .expect_text("invalid continue token: continue key is not valid")
        .map(drop)
}

const LENIENT_ROWS: &[Row] = &names(&LENIENT);

const LENIENT: [(&str, &str); 6] = [
    (
        "capitals-throughout",
        r#"{"V":"meta.k8s.io/v1","RV":-1,"START":"b/x"}"#,
    ),
    (
        "capitals-within",
        r#"{"v":"meta.k8s.io/v1","rV":-1,"stArT":"b/x"}"#,
    ),
    (
        "long-s",
        "{\"v\":\"meta.k8s.io/v1\",\"rv\":-1,\"\u{17f}tart\":\"b/x\"}",
    ),
    (
        "repeated",
        r#"{"v":"v1","rv":1,"start":"c/x","V":"meta.k8s.io/v1","rv":-1,"Start":"b/x"}"#,
    ),
    (
        "null-changes-nothing",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"b/x","v":null,"rv":null,"start":null}"#,
    ),
    (
        "escapes",
        r#"{"v":"meta.k8s\u002eio\/v1","rv":-1,"start":"\u0062/x"}"#,
    ),
];

async fn reads_what_the_api_server_reads(context: &Context, row: usize) -> Verdict {
    let [_, second, _] = seed(context).await?;
    let mut json = (*row_of(&LENIENT, row)).to_owned();
    // So many letters that the last one of the token has bits to spare.
    while json.len() % 3 != 2 {
        json.push(' ');
    }
    let exact = URL_SAFE_NO_PAD.encode(json);
    let mut sloppy = exact.clone();
    let spare = sloppy.pop().map(|last| char::from_u32(u32::from(last) + 1));
    sloppy.extend(spare.flatten());
    for token in [exact, sloppy] {
        let list = context.list_with("/pods/", page(1, &token)).await?;
        expect_items(&list, std::slice::from_ref(&second))?;
    }
    Ok(())
}
