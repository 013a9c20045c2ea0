//! Lists that come in pages.

use storeproof_wire::etcdserverpb::{RangeRequest, RangeResponse};

use crate::{Case, Context, Tier, Verdict, case, context::revision, expect_eq, expect_that};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_full_page_says_that_there_is_more,
        "A list that is cut says that there is more, and counts everything in its range.",
        "RNG-09"
    ),
    case!(
        Tier::Kubernetes,
        a_limit_that_suffices_cuts_nothing,
        "A limit that is not below what there is cuts nothing, and there is no more.",
        "RNG-10"
    ),
    case!(
        Tier::Parity,
        absurd_limits_cut_nothing,
        "A negative limit, and the largest that there is, cut nothing.",
        "RNG-11"
    ),
    case!(
        Tier::Kubernetes,
        the_next_page_begins_behind_the_last_key,
        "A page that begins behind the last key goes on right there, and counts what lies from there on.",
        "RNG-12"
    ),
    case!(
        Tier::Kubernetes,
        deleted_keys_do_not_count,
        "Keys that were deleted do not count.",
        "RNG-12"
    ),
    case!(
        Tier::Kubernetes,
        pinned_pages_show_one_moment,
        "Pages at the revision of the first show what there was then, and carry the current revision.",
        "RNG-13"
    ),
];

/// Makes `p/0`, `p/1`… and returns the revision of each.
async fn keys(context: &Context, count: usize) -> Verdict<Vec<i64>> {
    let mut revisions = Vec::new();
    for name in 0..count {
        revisions.push(context.create(format!("p/{name}"), "1").await?);
    }
    Ok(revisions)
}

async fn limited(context: &Context, limit: i64) -> Verdict<RangeResponse> {
    let request = RangeRequest {
        limit,
        ..context.all("p/")
    };
    Ok(context.client().range(request).await?)
}

async fn a_full_page_says_that_there_is_more(context: &Context) -> Verdict {
    keys(context, 5).await?;
    for limit in 1..5_usize {
        let page = limited(context, limit.try_into().unwrap_or(1)).await?;
        let expected: Vec<String> = (0..limit).map(|name| format!("p/{name}")).collect();
        expect_eq("what the page holds", context.names(&page), expected)?;
        expect_eq("more", page.more, true)?;
        expect_eq("count", page.count, 5)?;
    }
    Ok(())
}

async fn a_limit_that_suffices_cuts_nothing(context: &Context) -> Verdict {
    keys(context, 5).await?;
    for limit in [0, 5, 6, 10_000] {
        let page = limited(context, limit).await?;
        expect_eq("the number of keys", page.kvs.len(), 5)?;
        expect_eq("more", page.more, false)?;
        expect_eq("count", page.count, 5)?;
    }
    Ok(())
}

async fn absurd_limits_cut_nothing(context: &Context) -> Verdict {
    keys(context, 5).await?;
    for limit in [-1, i64::MIN, i64::MAX] {
        let page = limited(context, limit).await?;
        expect_eq("the number of keys", page.kvs.len(), 5)?;
        expect_eq("more", page.more, false)?;
        expect_eq("count", page.count, 5)?;
    }
    Ok(())
}

async fn the_next_page_begins_behind_the_last_key(context: &Context) -> Verdict {
    keys(context, 10).await?;
    let mut request = RangeRequest {
        limit: 4,
        ..context.all("p/")
    };
    let mut counts = Vec::new();
    let mut names = Vec::new();
    for _ in 0..3 {
        let page = context.client().range(request.clone()).await?;
        counts.push(page.count);
        names.extend(context.names(&page));
        let Some(last) = page.kvs.last() else { break };
        request.key = [&last.key[..], b"\0"].concat().into();
    }
    expect_eq("what the pages count", counts, vec![10, 6, 2])?;
    let expected: Vec<String> = (0..10).map(|name| format!("p/{name}")).collect();
    expect_eq("what the pages hold", names, expected)
}

async fn deleted_keys_do_not_count(context: &Context) -> Verdict {
    let written = keys(context, 10).await?;
    context
        .remove("p/3", written.get(3).copied().unwrap_or(0))
        .await?;
    context
        .remove("p/9", written.get(9).copied().unwrap_or(0))
        .await?;
    context.create("p/a", "1").await?;
    context.create("p/3", "again").await?;
    for limit in [0, 4] {
        let page = limited(context, limit).await?;
        expect_eq(
            "count of ten keys after two deletions and two creates",
            page.count,
            10,
        )?;
    }
    Ok(())
}

async fn pinned_pages_show_one_moment(context: &Context) -> Verdict {
    let written = keys(context, 5).await?;
    let at = |number: usize| written.get(number).copied().unwrap_or(0);
    let first = limited(context, 2).await?;
    let pinned = revision(first.header.as_ref())?;
    context.remove("p/3", at(3)).await?;
    context.update("p/2", "2", at(2)).await?;
    context.create("p/40", "1").await?;
    let last = context.create("p/5", "1").await?;
    let mut request = RangeRequest {
        key: context.key("p/1\0"),
        limit: 2,
        revision: pinned,
        ..context.all("p/")
    };
    let mut names = Vec::new();
    for count in [3, 1] {
        let page = context.client().range(request.clone()).await?;
        expect_eq("count of a pinned page", page.count, count)?;
        expect_eq("more of a pinned page", page.more, count > 2)?;
        let current = revision(page.header.as_ref())?;
        expect_that(
            current >= last,
            format!(
                "the revision of a page pinned at {pinned} is at least {last}, the current one"
            ),
            format!("it is {current}"),
        )?;
        let values = page.kvs.iter().all(|kv| kv.value == "1");
        expect_that(
            values,
            "a pinned page holds the values of its moment",
            "it holds others",
        )?;
        names.extend(context.names(&page));
        request.key = context.key("p/3\0");
    }
    expect_eq(
        "what the pinned pages hold",
        names,
        vec!["p/2", "p/3", "p/4"],
    )
}
