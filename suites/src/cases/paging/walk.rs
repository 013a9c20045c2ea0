use futures::{StreamExt, TryStreamExt, stream};
use storeproof::storage::{List, ListOptions, ResourceVersionMatch, SelectionPredicate};
use storeproof_fixtures::objects::{Pod, everything, fields, key_of, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Fault, Verdict, expect_between, expect_eq, expect_items, page,
        page_of, selecting, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        adds_up_to_the_whole_list,
        "With any limit the pages together are the whole list at their version, in order, each object once.",
        "store/6/54 IFC-01"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        adds_up_to_the_whole_selection,
        "With any limit the pages of a selection together are the whole selection.",
        "store/6/54"
    )
    .needs(&[Capability::Paging]),
    case!(
        counts_down,
        "From page to page the number of objects that follow is what the next pages hold.",
        "store/6/54"
    )
    .needs(&[Capability::Paging]),
    case!(
        may_change_its_limit,
        "A walk may go on with another limit or none, and a token may be used more than once.",
        "store/5.3.24"
    )
    .needs(&[Capability::Paging]),
    case!(
        may_change_its_selector,
        "A walk may go on with another selector: a page holds what is selected now, behind where the last one ended.",
        "store/3.8.4"
    )
    .needs(&[Capability::Paging]),
    case!(
        finds_a_rare_object,
        "One match among a thousand keys is found by one request with a limit of one.",
        "store/5.3.25"
    )
    .needs(&[Capability::Paging]),
];

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    let mut pods = Vec::new();
    for namespace in ["a", "a-b", "b"] {
        for number in 0..4 {
            let name = format!("pod-{number}");
            pods.push(context.create(&pod(namespace, &name)).await?);
        }
    }
    pods.sort_by_key(key_of);
    Ok(pods)
}

/// Every page from the first to the last.
async fn walk(context: &Context, predicate: &SelectionPredicate<Pod>) -> Verdict<Vec<List<Pod>>> {
    let mut pages: Vec<List<Pod>> = Vec::new();
    let mut predicate = predicate.clone();
    loop {
        let list = context
            .list_with("/pods/", selecting(predicate.clone()))
            .await?;
        predicate.continue_token = list.continue_token.clone();
        pages.push(list);
        if predicate.continue_token.is_empty() {
            return Ok(pages);
        }
        if pages.len() > 100 {
            return Err(unexpected("the pages come to an end", "they do not"));
        }
    }
}

/// The objects of all pages as one list, whose version all of them share.
fn joined(pages: &[List<Pod>]) -> Verdict<List<Pod>> {
    let first = pages
        .first()
        .ok_or_else(|| Fault::Broken("A walk has at least one page".into()))?;
    let mut whole = first.clone();
    whole.items.clear();
    for page in pages {
        let version = page.resource_version;
        expect_eq("a page's version", version, first.resource_version)?;
        whole.items.extend(page.items.iter().cloned());
    }
    Ok(whole)
}

async fn adds_up_to_the_whole_list(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    for limit in 1..=13 {
        let predicate = SelectionPredicate {
            limit,
            ..everything()
        };
        let whole = joined(&walk(context, &predicate).await?)?;
        expect_items(&whole, &pods)?;
        let exactly = ListOptions {
            resource_version: whole.resource_version.to_string(),
            resource_version_match: ResourceVersionMatch::Exact,
            ..ListOptions::default()
        };
        let unpaged = context.list_with("/pods/", exactly).await?;
        expect_items(&unpaged, &whole.items)?;
        expect_eq(
            "the unpaged list's version",
            unpaged.resource_version,
            whole.resource_version,
        )?;
    }
    Ok(())
}

async fn adds_up_to_the_whole_selection(context: &Context) -> Verdict {
    let mut pods = seed(context).await?;
    pods.retain(|pod| pod.metadata.name.as_deref() != Some("pod-1"));
    for limit in 1..=10 {
        let predicate = SelectionPredicate {
            limit,
            ..fields("metadata.name!=pod-1")
        };
        let pages = walk(context, &predicate).await?;
        expect_items(&joined(&pages)?, &pods)?;
        for page in &pages {
            expect_eq("how many follow", page.remaining_item_count, None)?;
        }
    }
    Ok(())
}

async fn counts_down(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    for limit in [1, 5, 6] {
        let predicate = SelectionPredicate {
            limit,
            ..everything()
        };
        let mut follow = pods.len();
        for page in walk(context, &predicate).await? {
            follow = follow.saturating_sub(page.items.len());
            let expected = (follow > 0).then(|| i64::try_from(follow).unwrap_or(i64::MAX));
            expect_eq("how many follow", page.remaining_item_count, expected)?;
        }
    }
    Ok(())
}

async fn may_change_its_limit(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for (namespace, name) in [("first", "bar"), ("second", "bar"), ("second", "foo")] {
        pods.push(context.create(&pod(namespace, name)).await?);
    }
    let before = context.current().await?;
    let first = context.list_with("/pods/", page(1, "")).await?;
    let after = context.current().await?;
    expect_between(
        "the first page's version",
        first.resource_version,
        before,
        after,
    )?;
    expect_items(&first, pods.get(..1).unwrap_or_default())?;
    let token = &first.continue_token;
    let rest = context.list_with("/pods/", page(0, token)).await?;
    expect_items(&rest, pods.get(1..).unwrap_or_default())?;
    expect_eq("the token of the rest", rest.continue_token, "")?;
    let second = context.list_with("/pods/", page(1, token)).await?;
    expect_items(&second, pods.get(1..2).unwrap_or_default())?;
    let third = context
        .list_with("/pods/", page(1, &second.continue_token))
        .await?;
    expect_items(&third, pods.get(2..).unwrap_or_default())?;
    expect_eq("the token of the last page", third.continue_token, "")?;
    for later in [
        rest.resource_version,
        second.resource_version,
        third.resource_version,
    ] {
        expect_eq("a later page's version", later, first.resource_version)?;
    }
    Ok(())
}

async fn finds_a_rare_object(context: &Context) -> Verdict {
    let created: Vec<Pod> = stream::iter(0..1000)
        .map(|number| async move { context.create(&pod("", &format!("pod-{number}"))).await })
        .buffer_unordered(16)
        .try_collect()
        .await?;
    let rare: Vec<Pod> = created
        .into_iter()
        .filter(|pod| pod.metadata.name.as_deref() == Some("pod-999"))
        .collect();
    let predicate = SelectionPredicate {
        limit: 1,
        ..fields("metadata.name=pod-999")
    };
    let list = context.list_with("/pods/", selecting(predicate)).await?;
    expect_items(&list, &rare)?;
    expect_eq("the continue token", list.continue_token, "")
}

async fn may_change_its_selector(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for name in ["a", "b", "c", "d"] {
        pods.push(context.create(&pod("ns", name)).await?);
    }
    let first = page_of(fields("metadata.name=a"), 1, "");
    let first = context.list_with("/pods/", first).await?;
    expect_items(&first, pods.get(..1).unwrap_or_default())?;
    let token = &first.continue_token;
    let second = page_of(fields("metadata.name!=b"), 1, token);
    let second = context.list_with("/pods/", second).await?;
    expect_items(&second, pods.get(2..3).unwrap_or_default())?;
    let whole = context.list_with("/pods/", page(0, token)).await?;
    expect_items(&whole, pods.get(1..).unwrap_or_default())
}
