use storeproof::storage::{ListOptions, ResourceVersionMatch, SelectionPredicate};
use storeproof_fixtures::objects::{Pod, PodExt, fields, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, expect_eq, expect_items, page, row_of, selecting,
        sourced,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        does_not_see_writes_between_pages,
        "All pages are of the version of the first one, whatever is written between them, at the token's key too.",
        "store/6/54"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        can_be_read_again,
        "A first page read again at exactly its version is the same in objects, version, token and count.",
        "store/6/54"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        is_left_by_going_on_at_the_latest,
        "A token with a negative revision goes on in the latest state, and its next token is pinned to that.",
        "store/6/54"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
];

const ROWS: &[Row] = &sourced(&WRITES);

/// What is done to which object between the pages.
#[derive(Clone, Copy)]
enum Write {
    Create(&'static str),
    Update(&'static str),
    Delete(&'static str),
}

/// Pages of one object are read of `test-0` to `test-3`; the writes happen after the second.
#[rustfmt::skip]
const WRITES: [(&str, &str, &[Write]); 8] = [
    ("created_behind", "store/5.3.36", &[Write::Create("test-5")]),
    ("created_between", "store/6/54", &[Write::Create("test-1a"), Write::Create("test-2a")]),
    ("created_before", "store/6/54", &[Write::Create("test-")]),
    ("last_shown_deleted", "store/6/54", &[Write::Delete("test-1")]),
    ("next_deleted", "store/6/54", &[Write::Delete("test-2")]),
    ("next_updated", "store/6/54", &[Write::Update("test-2")]),
    ("next_recreated", "store/6/54", &[Write::Delete("test-2"), Write::Create("test-2")]),
    ("all_deleted", "store/6/54", &[
        Write::Delete("test-0"), Write::Delete("test-1"), Write::Delete("test-2"), Write::Delete("test-3"),
    ]),
];

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    let mut pods = Vec::new();
    for number in 0..4 {
        pods.push(
            context
                .create(&pod("paging", &format!("test-{number}")))
                .await?,
        );
    }
    Ok(pods)
}

async fn perform(context: &Context, write: Write) -> Verdict {
    match write {
        Write::Create(name) => context.create(&pod("paging", name)).await.map(drop),
        Write::Delete(name) => context.delete(&key("paging", name)).await.map(drop),
        Write::Update(name) => context
            .update(&key("paging", name), |pod| pod.label("changed", "true"))
            .await
            .map(drop),
    }
}

async fn does_not_see_writes_between_pages(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let mut token = String::new();
    let mut version = None;
    for (position, pod) in pods.iter().enumerate() {
        if position == 2 {
            for write in *row_of(&WRITES, row) {
                perform(context, *write).await?;
            }
        }
        let list = context.list_with("/pods/", page(1, &token)).await?;
        expect_items(&list, std::slice::from_ref(pod))?;
        let version = *version.get_or_insert(list.resource_version);
        expect_eq("the page's version", list.resource_version, version)?;
        let follow = i64::try_from(pods.len() - position - 1).ok();
        let follow = follow.filter(|follow| *follow > 0);
        expect_eq("how many follow", list.remaining_item_count, follow)?;
        token = list.continue_token;
    }
    expect_eq("the last page's token", token, "")
}

async fn can_be_read_again(context: &Context) -> Verdict {
    seed(context).await?;
    for number in 0..20 {
        context
            .create(&pod("other", &format!("test-{number}")))
            .await?;
    }
    let options = selecting(SelectionPredicate {
        limit: 1,
        ..fields("metadata.name=test-3")
    });
    let first = context.list_with("/pods/", options.clone()).await?;
    for namespace in ["paging", "other"] {
        context.delete(&key(namespace, "test-3")).await?;
        context.create(&pod(namespace, "test-3a")).await?;
    }
    let exactly = ListOptions {
        resource_version: first.resource_version.to_string(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..options
    };
    let again = context.list_with("/pods/", exactly).await?;
    expect_eq("the page read again", again, first)
}

async fn is_left_by_going_on_at_the_latest(context: &Context) -> Verdict {
    let mut pods = seed(context).await?;
    let updated = context
        .update(&key("paging", "test-1"), |pod| pod.label("changed", "true"))
        .await?;
    let token = context.token("/pods/", "paging/test-0\0", -1)?;
    let second = context.list_with("/pods/", page(1, &token)).await?;
    expect_items(&second, &[updated])?;
    context.delete(&key("paging", "test-2")).await?;
    let third = context
        .list_with("/pods/", page(1, &second.continue_token))
        .await?;
    expect_items(&third, &[pods.remove(2)])?;
    expect_eq(
        "the third page's version",
        third.resource_version,
        second.resource_version,
    )
}
