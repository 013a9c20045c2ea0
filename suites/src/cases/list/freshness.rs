use storeproof::storage::{List, ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_between, expect_eq,
        expect_items, expect_that, names, page, row_of, sourced, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        holds_acknowledged_writes,
        "A list that begins after a write was acknowledged shows it, at its version or a later one.",
        "store/6/60 IFC-04"
    ),
    case!(
        has_a_version_though_empty,
        "A list of nothing carries the version of the store at the time of the read.",
        "store/6/59"
    ),
    case!(
        rows ROWS,
        counts_writes_elsewhere,
        "The version of a list covers writes elsewhere in the store that were acknowledged before it.",
        "store/5.3.19"
    )
    .needs(&[Capability::RevisionBump]),
    case!(
        does_not_move_the_version,
        "Lists, plain or recursive, take no version of the store.",
        "store/6/16 store/6/75"
    )
    .exclusive(),
    case!(
        waits_for_no_future,
        "The current version can be asked for and the next one is refused, until it is written.",
        "store/6/15 store/6/50"
    )
    .exclusive(),
    case!(
        rows FUTURE_ROWS,
        refuses_versions_far_ahead,
        "A version beyond the store's is refused with 504 however it is meant, up to the largest number there is.",
        "store/6/15"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        tells_how_far_ahead,
        "The refusal of a version in the future names it and the current one, with reason, cause and no retry delay.",
        "store/6/14 store/6/51"
    )
    .exclusive(),
];

async fn holds_acknowledged_writes(context: &Context) -> Verdict {
    let at = key("ns", "foo");
    let created = context.create(&pod("ns", "foo")).await?;
    let list = context.list("/pods/").await?;
    expect_items(&list, std::slice::from_ref(&created))?;
    expect_not_before(&list, &created)?;
    let updated = context.update(&at, |pod| pod.label("a", "b")).await?;
    let list = context.list("/pods/").await?;
    expect_items(&list, std::slice::from_ref(&updated))?;
    expect_not_before(&list, &updated)?;
    let deleted = context.delete(&at).await?;
    let list = context.list("/pods/").await?;
    expect_items(&list, &[])?;
    expect_not_before(&list, &deleted)
}

fn expect_not_before(list: &List<Pod>, written: &Pod) -> Verdict {
    expect_that(
        list.resource_version >= version_of(written)?,
        format!(
            "the list is not older than the write at {}",
            written.version()
        ),
        format!("it is at {}", list.resource_version),
    )
}

async fn has_a_version_though_empty(context: &Context) -> Verdict {
    let written = context.create(&pod("ns", "foo")).await?;
    let before = context.current().await?;
    let list = context.list("/pods/empty").await?;
    let after = context.current().await?;
    expect_items(&list, &[])?;
    expect_not_before(&list, &written)?;
    expect_between("the list's version", list.resource_version, before, after)
}

const ROWS: &[Row] = &sourced(&WAYS);

/// A version, and whether a token with a negative revision stands beside it.
type Way = (&'static str, bool);

/// Lists one after another, with a write elsewhere before each.
#[rustfmt::skip]
const WAYS: [(&str, &str, &[Way]); 5] = [
    ("zero_before_a_consistent_list", "store/5.3.19/before-consistent-read", &[("0", false)]),
    ("unset", "store/5.3.19/without-resource-version", &[("", false)]),
    ("continued_at_the_latest", "store/5.3.19/negative-continue", &[("", true)]),
    ("zero_after_a_consistent_list", "store/5.3.19/after-consistent-read", &[("", false), ("0", false)]),
    ("continued_at_the_latest_with_zero", "store/6/59", &[("0", true)]),
];

async fn counts_writes_elsewhere(context: &Context, row: usize) -> Verdict {
    context.create(&pod("default", "foo")).await?;
    for (version, continued) in *row_of(&WAYS, row) {
        let token = match continued {
            true => context.token("/pods/empty", "a", -1)?,
            false => String::new(),
        };
        let bumped = context.bump().await?;
        let options = ListOptions {
            resource_version: (*version).to_owned(),
            ..page(0, &token)
        };
        let list = context.list_with("/pods/empty", options).await?;
        let after = context.current().await?;
        expect_items(&list, &[])?;
        expect_between("the list's version", list.resource_version, bumped, after)?;
    }
    Ok(())
}

async fn does_not_move_the_version(context: &Context) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let before = context.current().await?;
    for _ in 0..5 {
        for recursive in [true, false] {
            let options = ListOptions {
                recursive,
                ..ListOptions::default()
            };
            let list = context.list_with("/pods/ns/foo", options).await?;
            expect_eq("the list's version", list.resource_version, before)?;
        }
    }
    expect_eq("the store's version", context.current().await?, before)
}

fn asking(version: impl ToString, matching: ResourceVersionMatch) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_string(),
        resource_version_match: matching,
        ..ListOptions::default()
    }
}

async fn waits_for_no_future(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "first")).await?;
    let current = context.current().await?;
    for matching in [
        ResourceVersionMatch::Unset,
        ResourceVersionMatch::NotOlderThan,
    ] {
        let now = asking(current, matching.clone());
        let list = context.list_with("/pods/", now).await?;
        expect_items(&list, std::slice::from_ref(&first))?;
        let next = asking(current.next(), matching);
        context
            .store()
            .get_list("/pods/", &next)
            .await
            .expect_too_large()?;
    }
    let second = context.create(&pod("ns", "second")).await?;
    let next = asking(current.next(), ResourceVersionMatch::NotOlderThan);
    expect_items(&context.list_with("/pods/", next).await?, &[first, second])
}

const FUTURE_ROWS: &[Row] = &names(&FUTURES);

const FUTURES: [(&str, u64); 4] = [
    ("2^63-1", i64::MAX as u64),
    ("2^63", 1 << 63),
    ("2^63+1", (1 << 63) + 1),
    ("2^64-1", u64::MAX),
];

async fn refuses_versions_far_ahead(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    for matching in [
        ResourceVersionMatch::Unset,
        ResourceVersionMatch::NotOlderThan,
        ResourceVersionMatch::Exact,
    ] {
        let future = asking(row_of(&FUTURES, row), matching);
        context
            .store()
            .get_list("/pods/", &future)
            .await
            .expect_too_large()?;
    }
    Ok(())
}

async fn tells_how_far_ahead(context: &Context) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let current = context.current().await?;
    let wanted = current.get() + 1000;
    for matching in [
        ResourceVersionMatch::NotOlderThan,
        ResourceVersionMatch::Exact,
    ] {
        let future = asking(wanted, matching);
        let answer = context.store().get_list("/pods/", &future).await;
        let error = answer.expect_too_large()?;
        let status = error.status().cloned().unwrap_or_default();
        expect_eq(
            "the message",
            status.message.as_deref(),
            Some(&*format!(
                "Timeout: Too large resource version: {wanted}, current: {current}"
            )),
        )?;
        expect_eq("the reason", status.reason.as_deref(), Some("Timeout"))?;
        let delay = status
            .details
            .and_then(|details| details.retry_after_seconds);
        expect_eq("the retry delay", delay.unwrap_or_default(), 0)?;
    }
    Ok(())
}
