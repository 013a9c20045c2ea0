use storeproof_wire::etcdserverpb::RangeRequest;

use crate::{Case, Context, Tier, Verdict, case, context::revision, expect_eq, expect_that};

pub(super) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_missing_key_is_an_empty_answer,
        "A key that does not exist is an empty answer with the current revision.",
        "RNG-01"
    ),
    case!(
        Tier::Kubernetes,
        the_next_page_begins_behind_the_last_key,
        "A page that begins behind the last key goes on right there, and counts what lies from there on.",
        "RNG-12"
    ),
];

async fn a_missing_key_is_an_empty_answer(context: &Context) -> Verdict {
    let written = context.put("a", "1").await?;
    let answer = context.client().range(context.one("missing")).await?;
    expect_eq("the number of keys", answer.kvs.len(), 0)?;
    expect_eq("count", answer.count, 0)?;
    expect_eq("more", answer.more, false)?;
    let current = revision(answer.header.as_ref())?;
    expect_that(
        current >= written,
        format!("the answer's revision is at least {written}, that of the last write"),
        format!("it is {current}"),
    )
}

async fn the_next_page_begins_behind_the_last_key(context: &Context) -> Verdict {
    for name in 0..10 {
        context.put(format!("p/{name}"), "1").await?;
    }
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
