use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use storeproof::storage::{ContinueToken, ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_eq, expect_items, names,
        page, row_of, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows DAMAGED_ROWS,
        refuses_damaged_tokens,
        "A text that is no token, or a token that names no place below the list, is refused with 400.",
        "store/6/52"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows TOLERATED_ROWS,
        reads_tokens_of_other_writers,
        "Tokens with members in other case, members nobody knows, line breaks or a slash at the start are read.",
        "store/6/52"
    )
    .needs(&[Capability::Paging]),
    case!(
        is_written_as_the_api_server_writes_it,
        "A token is compact JSON of format, revision and relative key in this order, in URL-safe base64 without padding.",
        "store/3.8.1"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows VERSION_ROWS,
        refuses_a_version_beside_a_token,
        "A version other than zero beside a token is refused with 400, readable or not.",
        "store/6/50"
    )
    .needs(&[Capability::Paging]),
    case!(
        is_judged_before_the_version,
        "Where both the token is damaged and a version stands beside it, the refusal is about the token.",
        "store/6/50 IFC-04"
    )
    .needs(&[Capability::Paging]),
    case!(
        overrides_the_match,
        "Beside a token no match is looked at, known or not.",
        "store/6/50"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows CONFINED_ROWS,
        stays_below_the_list,
        "Whatever key a token holds, the page holds nothing from outside the list it is used with.",
        "store/6/53"
    )
    .needs(&[Capability::Paging]),
    case!(
        may_point_behind_the_end,
        "A token behind the last key yields an empty last page with a version.",
        "store/6/53"
    )
    .needs(&[Capability::Paging]),
    case!(
        refuses_a_revision_in_the_future,
        "A token of a revision that is not there yet is refused with 504.",
        "store/6/50"
    )
    .needs(&[Capability::Paging]),
];

const FORMAT: &str = "meta.k8s.io/v1";

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    Ok(vec![
        context.create(&pod("a", "x")).await?,
        context.create(&pod("b", "x")).await?,
        context.create(&pod("b", "y")).await?,
        context.create(&pod("c", "x")).await?,
    ])
}

const DAMAGED_ROWS: &[Row] = &names(&DAMAGED);

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

fn encoded(text: &str) -> String {
    if text.starts_with(['{', '[']) {
        URL_SAFE_NO_PAD.encode(text)
    } else {
        text.to_owned()
    }
}

async fn refuses_damaged_tokens(context: &Context, row: usize) -> Verdict {
    seed(context).await?;
    let options = page(1, &encoded(row_of(&DAMAGED, row)));
    let answer = context.store().get_list("/pods/", &options).await;
    let error = answer.expect_bad_request()?;
    Err::<(), _>(error).expect_text("invalid continue token")?;
    Ok(())
}

const TOLERATED_ROWS: &[Row] = &names(&TOLERATED);

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

async fn reads_tokens_of_other_writers(context: &Context, row: usize) -> Verdict {
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

async fn is_written_as_the_api_server_writes_it(context: &Context) -> Verdict {
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

const VERSION_ROWS: &[Row] = &names(&VERSIONS);

const VERSIONS: [(&str, &str); 4] = [
    ("first", "1"),
    ("future", "9223372036854775807"),
    ("letters", "abc"),
    ("zeros", "00"),
];

async fn refuses_a_version_beside_a_token(context: &Context, row: usize) -> Verdict {
    seed(context).await?;
    for revision in [-1, 1] {
        let options = ListOptions {
            resource_version: (*row_of(&VERSIONS, row)).to_owned(),
            ..page(1, &context.token("/pods/", "b/x", revision)?)
        };
        let answer = context.store().get_list("/pods/", &options).await;
        let error = answer.expect_bad_request()?;
        Err::<(), _>(error)
            .expect_text("specifying resource version is not allowed when using continue")?;
    }
    Ok(())
}

async fn is_judged_before_the_version(context: &Context) -> Verdict {
    for version in ["1", "abc"] {
        let options = ListOptions {
            resource_version: version.to_owned(),
            ..page(1, "%%%")
        };
        let answer = context.store().get_list("/pods/", &options).await;
        let error = answer.expect_bad_request()?;
        Err::<(), _>(error).expect_text("invalid continue token")?;
    }
    Ok(())
}

async fn overrides_the_match(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    let token = context.token("/pods/", "c/x", -1)?;
    for version in ["", "0"] {
        for matching in [
            ResourceVersionMatch::Exact,
            ResourceVersionMatch::NotOlderThan,
            ResourceVersionMatch::Other("Invalid".to_owned()),
        ] {
            let options = ListOptions {
                resource_version: version.to_owned(),
                resource_version_match: matching,
                ..page(1, &token)
            };
            let list = context.list_with("/pods/", options).await?;
            expect_items(&list, pods.get(3..).unwrap_or_default())?;
        }
    }
    Ok(())
}

const CONFINED_ROWS: &[Row] = &names(&CONFINED);

/// The start in the token, and how many of the two objects in namespace `b` are on the page.
const CONFINED: [(&str, (&str, usize)); 6] = [
    ("before-all", ("!", 2)),
    ("of-the-whole-resource", ("b/x", 2)),
    ("of-an-earlier-namespace", ("a/x", 2)),
    ("of-a-later-namespace", ("zz/x", 0)),
    ("the-list-itself", ("/", 2)),
    ("between", ("xx", 1)),
];

async fn stays_below_the_list(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let (start, count) = *row_of(&CONFINED, row);
    let json = format!(r#"{{"v":"{FORMAT}","rv":-1,"start":"{start}"}}"#);
    let own = pods.get(3 - count..3).unwrap_or_default();
    for limit in [0, 10] {
        let list = context
            .list_with("/pods/b/", page(limit, &encoded(&json)))
            .await?;
        expect_items(&list, own)?;
        expect_eq("the continue token", list.continue_token, "")?;
    }
    Ok(())
}

async fn may_point_behind_the_end(context: &Context) -> Verdict {
    seed(context).await?;
    let before = context.current().await?;
    let token = context.token("/pods/", "zzz", -1)?;
    let list = context.list_with("/pods/", page(1, &token)).await?;
    expect_items(&list, &[])?;
    expect_eq("the continue token", &*list.continue_token, "")?;
    expect_eq("how many follow", list.remaining_item_count, None)?;
    if list.resource_version < before {
        let observed = format!("it is at {}", list.resource_version);
        return Err(unexpected("the page is of the latest state", observed));
    }
    Ok(())
}

async fn refuses_a_revision_in_the_future(context: &Context) -> Verdict {
    seed(context).await?;
    let token = context.token("/pods/", "b/x", i64::MAX)?;
    let answer = context.store().get_list("/pods/", &page(1, &token)).await;
    answer.expect_too_large().map(drop)
}
