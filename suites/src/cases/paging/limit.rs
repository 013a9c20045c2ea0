use storeproof::storage::SelectionPredicate;
use storeproof_fixtures::objects::{Pod, PodExt, fields, labels, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, expect_between, expect_eq, expect_items,
        expect_that, names, page, page_of, row_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ENOUGH_ROWS,
        yields_no_token_when_all_fit,
        "A page that holds all that is there has no token and tells of none that follow, also where it is exactly full.",
        "store/6/55"
    )
    .needs(&[Capability::Paging]),
    case!(
        counts_what_follows,
        "Without selectors a page tells how many objects follow it: with a limit of k out of n, n - k.",
        "store/6/54 store/6/56"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows SELECTOR_ROWS,
        counts_nothing_with_a_selector,
        "A page of a selection does not tell how many objects follow, though all of them match.",
        "store/6/56"
    )
    .needs(&[Capability::Paging]),
    case!(
        counts_matching_objects_only,
        "A limit counts objects that match, however many keys that do not lie between them.",
        "store/5.3.26"
    )
    .needs(&[Capability::Paging]),
    case!(
        demands_labels_and_fields,
        "A page of what is selected by labels and fields holds only objects that satisfy both.",
        "store/6/57 store/5.3.26"
    )
    .needs(&[Capability::Paging]),
];

const COUNT: i64 = 4;

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    let mut pods = Vec::new();
    for number in 0..COUNT {
        let pod = pod("ns", &format!("pod-{number}")).label("all", "true");
        pods.push(context.create(&pod).await?);
    }
    Ok(pods)
}

const ENOUGH_ROWS: &[Row] = &names(&ENOUGH);

const ENOUGH: [(&str, i64); 6] = [
    ("as-many", COUNT),
    ("one-more", COUNT + 1),
    ("ten-thousand", 10_000),
    ("more-than-ten-thousand", 10_001),
    ("largest", i64::MAX),
    ("negative", -1),
];

async fn yields_no_token_when_all_fit(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let list = context
        .list_with("/pods/", page(*row_of(&ENOUGH, row), ""))
        .await?;
    expect_items(&list, &pods)?;
    expect_eq("the continue token", list.continue_token, "")?;
    expect_eq("how many follow", list.remaining_item_count, None)
}

async fn counts_what_follows(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    for limit in 1..COUNT {
        let list = context.list_with("/pods/", page(limit, "")).await?;
        let held = pods.iter().take(usize::try_from(limit).unwrap_or_default());
        expect_items(&list, &held.cloned().collect::<Vec<_>>())?;
        let follow = Some(COUNT - limit);
        expect_eq("how many follow", list.remaining_item_count, follow)?;
        expect_that(
            !list.continue_token.is_empty(),
            format!("a page of {limit} out of {COUNT} has a token"),
            "it has none",
        )?;
    }
    Ok(())
}

const SELECTOR_ROWS: &[Row] = &names(&SELECTORS);

type Selector = fn() -> SelectionPredicate<Pod>;

const SELECTORS: [(&str, Selector); 3] = [
    ("labels", || labels(&[("all", "true")])),
    ("fields", || fields("metadata.namespace=ns")),
    ("fields-unequal", || fields("spec.nodeName!=n1")),
];

async fn counts_nothing_with_a_selector(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let options = page_of(row_of(&SELECTORS, row)(), COUNT - 1, "");
    let list = context.list_with("/pods/", options).await?;
    expect_items(&list, pods.get(..3).unwrap_or_default())?;
    expect_that(
        !list.continue_token.is_empty(),
        "the page has a token, for one more object follows",
        "it has none",
    )?;
    expect_eq("how many follow", list.remaining_item_count, None)
}

async fn counts_matching_objects_only(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for (namespace, name) in [("1", "foo"), ("2", "bar"), ("3", "foo"), ("4", "foo")] {
        pods.push(context.create(&pod(namespace, name)).await?);
    }
    pods.retain(|pod| pod.name() == "foo");
    let (first, second) = pods.split_at(2);
    let asking = |token: &str| page_of(fields("metadata.name!=bar"), 2, token);
    let before = context.current().await?;
    let list = context.list_with("/pods/", asking("")).await?;
    let after = context.current().await?;
    expect_items(&list, first)?;
    let version = list.resource_version;
    expect_between("the first page's version", version, before, after)?;
    let list = context
        .list_with("/pods/", asking(&list.continue_token))
        .await?;
    expect_items(&list, second)?;
    expect_eq("the second page's version", list.resource_version, version)?;
    expect_eq("the continue token", list.continue_token, "")
}

async fn demands_labels_and_fields(context: &Context) -> Verdict {
    let mut both = Vec::new();
    for (name, label, node) in [
        ("a", "web", "n1"),
        ("b", "web", "n2"),
        ("c", "db", "n1"),
        ("d", "web", "n1"),
        ("e", "web", "n1"),
    ] {
        let pod = pod("ns", name).label("app", label).node(node);
        let stored = context.create(&pod).await?;
        if (label, node) == ("web", "n1") {
            both.push(stored);
        }
    }
    let predicate = SelectionPredicate {
        field: fields("spec.nodeName=n1").field,
        ..labels(&[("app", "web")])
    };
    let (first, rest) = both.split_at(2);
    let options = page_of(predicate.clone(), 2, "");
    let list = context.list_with("/pods/", options).await?;
    expect_items(&list, first)?;
    let options = page_of(predicate, 2, &list.continue_token);
    let list = context.list_with("/pods/", options).await?;
    expect_items(&list, rest)?;
    expect_eq("the continue token", list.continue_token, "")
}
