use storeproof::{
    requests::Request,
    storage::{ListOptions, ResourceVersionMatch},
};
use storeproof_fixtures::objects::{Pod, fields, pod};

use super::LISTS;
use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, as_number, names, number_of, page_of, row_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows GROWTH_ROWS,
        doubles_the_page,
        "A limited selection that is not full yet asks for twice as much each time, behind the last key it saw.",
        "store/6/66 store/3.7.3"
    )
    .needs(LISTS),
    case!(
        stays_at_the_first_version,
        "All requests of a list after the first one read at the version of the first, which is the list's.",
        "store/6/66 store/6/60 store/3.7.2"
    )
    .needs(LISTS),
    case!(
        begins_with_the_limit_on_every_page,
        "A page that goes on from a token begins anew with the limit, at the token's version from the start.",
        "store/6/66 store/3.7.3"
    )
    .needs(LISTS),
    case!(
        begins_at_an_exact_version,
        "All requests of a list at an exact version read at that version, the first one too.",
        "store/6/66 store/3.7.2"
    )
    .needs(&[Capability::RequestCounting, Capability::Paging, Capability::ExactReads]),
    case!(
        never_shrinks_what_was_asked_for,
        "A limit above ten thousand is sent as it is.",
        "store/6/66 store/3.7.3"
    )
    .needs(LISTS),
];

/// Creates `pod-0` to `pod-N`, N at most nine, and returns the version of the last.
async fn seed(context: &Context, count: usize) -> Verdict<i64> {
    let mut last = 0;
    for number in 0..count {
        let created = context.create(&pod("ns", &format!("pod-{number}"))).await?;
        last = number_of(&created)?;
    }
    Ok(last)
}

fn only(name: &str, limit: i64, token: &str) -> ListOptions<Pod> {
    page_of(fields(&format!("metadata.name={name}")), limit, token)
}

/// The request behind `pod-number`.
fn behind(context: &Context, number: usize, limit: i64, revision: i64) -> Verdict<Request> {
    context.list_of("/pods/", &format!("ns/pod-{number}\0"), limit, revision)
}

const GROWTH_ROWS: &[Row] = &names(&GROWTH);

/// The limit; then behind which object, and for how many, the list asks.
type Growth = (i64, &'static [(usize, i64)]);

const GROWTH: [(&str, Growth); 4] = [
    ("one", (1, &[(0, 2), (2, 4), (6, 8)])),
    ("two", (2, &[(1, 4), (5, 8)])),
    ("three", (3, &[(2, 6)])),
    ("all", (9, &[])),
];

async fn doubles_the_page(context: &Context, row: usize) -> Verdict {
    seed(context, 9).await?;
    let (limit, growth) = *row_of(&GROWTH, row);
    context.forget_requests().await?;
    let list = context
        .list_with("/pods/", only("nothing", limit, ""))
        .await?;
    let revision = as_number(list.resource_version);
    let mut expected = vec![context.list_of("/pods/", "", limit, 0)?];
    for (number, limit) in growth {
        expected.push(behind(context, *number, *limit, revision)?);
    }
    context.expect_requests(&expected).await
}

async fn stays_at_the_first_version(context: &Context) -> Verdict {
    seed(context, 3).await?;
    seed_elsewhere(context).await?;
    context.forget_requests().await?;
    let list = context.list_with("/pods/", only("pod-2", 1, "")).await?;
    let pinned = behind(context, 0, 2, as_number(list.resource_version))?;
    let expected = [context.list_of("/pods/", "", 1, 0)?, pinned];
    context.expect_requests(&expected).await
}

async fn begins_with_the_limit_on_every_page(context: &Context) -> Verdict {
    seed(context, 6).await?;
    let list = context.list_with("/pods/", only("pod-1", 1, "")).await?;
    let version = as_number(list.resource_version);
    seed_elsewhere(context).await?;
    context.forget_requests().await?;
    let token = &list.continue_token;
    context.list_with("/pods/", only("pod-4", 1, token)).await?;
    let expected = [
        behind(context, 1, 1, version)?,
        behind(context, 2, 2, version)?,
    ];
    context.expect_requests(&expected).await
}

async fn seed_elsewhere(context: &Context) -> Verdict {
    context.create(&pod("other", "foo")).await.map(drop)
}

async fn begins_at_an_exact_version(context: &Context) -> Verdict {
    let last = seed(context, 3).await?;
    seed_elsewhere(context).await?;
    let mut options = only("pod-2", 1, "");
    options.resource_version = last.to_string();
    options.resource_version_match = ResourceVersionMatch::Exact;
    context.forget_requests().await?;
    context.list_with("/pods/", options).await?;
    let expected = [
        context.list_of("/pods/", "", 1, last)?,
        behind(context, 0, 2, last)?,
    ];
    context.expect_requests(&expected).await
}

async fn never_shrinks_what_was_asked_for(context: &Context) -> Verdict {
    seed(context, 1).await?;
    context.forget_requests().await?;
    context
        .list_with("/pods/", only("pod-0", 20_000, ""))
        .await?;
    let once = [context.list_of("/pods/", "", 20_000, 0)?];
    context.expect_requests(&once).await
}
