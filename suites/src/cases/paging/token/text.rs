//! Which texts are tokens.

use storeproof::storage::ContinueToken;

use super::{FORMAT, encoded, seed};
use crate::harness::{
    Context, ErrorExpectations, Row, Verdict, expect_eq, expect_items, names, page, row_of,
    unexpected,
};

pub(super) const DAMAGED_ROWS: &[Row] = &names(&DAMAGED);

/// What is wrong, and the token: its JSON, or a text that is not even base64 where it does not begin with a bracket.
const DAMAGED: [(&str, &str); 16] = [
    ("not-base64", "%%%"),
    (
        "padded",
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiYS94In0=",
    ),
    ("not-json", "[broken"),
    ("not-an-object", "[]"),
    ("other-format", r#"{"v":"v1","rv":-1,"start":"a/x"}"#),
    ("no-format", r#"{"rv":-1,"start":"a/x"}"#),
    (
        "revision-zero",
        r#"{"v":"meta.k8s.io/v1","rv":0,"start":"a/x"}"#,
    ),
    ("no-revision", r#"{"v":"meta.k8s.io/v1","start":"a/x"}"#),
    (
        "empty-start",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":""}"#,
    ),
    ("no-start", r#"{"v":"meta.k8s.io/v1","rv":-1}"#),
    (
        "parent",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"../c/x"}"#,
    ),
    (
        "parent-further-on",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"a/../../x"}"#,
    ),
    (
        "itself",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"./a/x"}"#,
    ),
    (
        "itself-and-parent",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"./../x"}"#,
    ),
    (
        "double-slash",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"a//x"}"#,
    ),
    (
        "trailing-slash",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"a/"}"#,
    ),
];

pub(super) async fn refuses_damaged_tokens(context: &Context, row: usize) -> Verdict {
    seed(context).await?;
    let options = page(1, &encoded(row_of(&DAMAGED, row)));
    let answer = context.store().get_list("/pods/", &options).await;
    let error = answer.expect_bad_request()?;
    Err::<(), _>(error).expect_text("invalid continue token")?;
    Ok(())
}

pub(super) const TOLERATED_ROWS: &[Row] = &names(&TOLERATED);

const TOLERATED: [(&str, &str); 6] = [
    ("plain", r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"b/x"}"#),
    (
        "capitals",
        r#"{"V":"meta.k8s.io/v1","RV":-1,"Start":"b/x"}"#,
    ),
    (
        "unknown-members",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"b/x","more":{"a":[1]}}"#,
    ),
    (
        "another-order",
        r#"{"start":"b/x", "rv":-1, "v":"meta.k8s.io/v1"}"#,
    ),
    (
        "slash-at-the-start",
        r#"{"v":"meta.k8s.io/v1","rv":-1,"start":"/b/x"}"#,
    ),
    (
        "any-negative-revision",
        r#"{"v":"meta.k8s.io/v1","rv":-7,"start":"b/x"}"#,
    ),
];

pub(super) async fn reads_tokens_of_other_writers(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let mut token = encoded(row_of(&TOLERATED, row));
    for broken in [false, true] {
        if broken {
            token.insert_str(8, "\r\n");
        }
        let list = context.list_with("/pods/", page(2, &token)).await?;
        expect_items(&list, pods.get(1..3).unwrap_or_default())?;
    }
    Ok(())
}

pub(super) async fn is_written_as_the_api_server_writes_it(context: &Context) -> Verdict {
    seed(context).await?;
    let list = context.list_with("/pods/", page(2, "")).await?;
    let version = list.resource_version;
    let json = format!(r#"{{"v":"{FORMAT}","rv":{version},"start":"b/x\u0000"}}"#);
    expect_eq("the token", &list.continue_token, &encoded(&json))?;
    let prefix = context.full_prefix("/pods/")?;
    let read = ContinueToken::decode(&list.continue_token, &prefix)
        .map_err(|error| unexpected("the token can be read", error.to_string()))?;
    expect_eq("the next key", read.start, format!("{prefix}b/x\0"))
}
