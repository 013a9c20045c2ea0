use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, pod};

use crate::{
    case,
    harness::{Case, Context, ErrorExpectations, Row, Verdict, expect_items, names, row_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows GRAMMAR_ROWS,
        refuses_versions_that_are_none,
        "A list, plain or recursive, at a version that is not a plain decimal number is refused with 400.",
        "store/6/50 store/6/74"
    ),
    case!(
        reads_leading_zeros,
        "A version may have leading zeros.",
        "store/6/74"
    ),
    case!(
        rows MATCH_ROWS,
        refuses_an_unknown_match,
        "A match that no store knows is refused wherever a version comes with it, zero included.",
        "store/3.7.2"
    ),
    case!(
        ignores_a_match_without_a_version,
        "Without a version every match is ignored, known or not.",
        "store/6/50"
    ),
    case!(
        reads_exactly_zero_as_the_latest,
        "Exactly version 0 means the latest state.",
        "store/6/50"
    ),
];

const GRAMMAR_ROWS: &[Row] = &names(&GRAMMAR);

const GRAMMAR: [(&str, &str); 8] = [
    ("letters", "abc"),
    ("minus", "-1"),
    ("plus", "+1"),
    ("blank", " "),
    ("blank-before", " 1"),
    ("hexadecimal", "0x1"),
    ("underscore", "1_0"),
    ("2^64", "18446744073709551616"),
];

fn asking(version: &str, matching: ResourceVersionMatch) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_owned(),
        resource_version_match: matching,
        ..ListOptions::default()
    }
}

async fn refuses_versions_that_are_none(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let version = *row_of(&GRAMMAR, row);
    for matching in [
        ResourceVersionMatch::Unset,
        ResourceVersionMatch::Exact,
        ResourceVersionMatch::NotOlderThan,
    ] {
        for recursive in [true, false] {
            let options = ListOptions {
                recursive,
                ..asking(version, matching.clone())
            };
            context
                .store()
                .get_list("/pods/ns/foo", &options)
                .await
                .expect_bad_request()?;
        }
    }
    Ok(())
}

async fn reads_leading_zeros(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let version = format!("000{}", context.current().await?);
    let options = asking(&version, ResourceVersionMatch::NotOlderThan);
    expect_items(&context.list_with("/pods/", options).await?, &[created])
}

const MATCH_ROWS: &[Row] = &names(&MATCHES);

/// The version beside the unknown match; empty for the current one.
const MATCHES: [(&str, &str); 2] = [("zero", "0"), ("current", "")];

async fn refuses_an_unknown_match(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let version = match *row_of(&MATCHES, row) {
        "" => context.current().await?.to_string(),
        given => given.to_owned(),
    };
    for recursive in [true, false] {
        let options = ListOptions {
            recursive,
            ..asking(&version, ResourceVersionMatch::Other("Invalid".to_owned()))
        };
        context
            .store()
            .get_list("/pods/ns/foo", &options)
            .await
            .expect_text("unknown ResourceVersionMatch value")?;
    }
    Ok(())
}

async fn ignores_a_match_without_a_version(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    for matching in [
        ResourceVersionMatch::Exact,
        ResourceVersionMatch::NotOlderThan,
        ResourceVersionMatch::Other("Invalid".to_owned()),
    ] {
        let list = context.list_with("/pods/", asking("", matching)).await?;
        expect_items(&list, std::slice::from_ref(&created))?;
    }
    Ok(())
}

async fn reads_exactly_zero_as_the_latest(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let options = asking("0", ResourceVersionMatch::Exact);
    expect_items(&context.list_with("/pods/", options).await?, &[created])
}
