//! The state that a watch begins with, and the mark behind it.

mod joint;

use futures::{StreamExt, TryStreamExt, stream};
use storeproof::storage::{Event, SelectionPredicate, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, fields, key, key_of, pod};

use self::joint::join_up_with_concurrent_writes;
use crate::{
    case,
    harness::{
        Capability, Case, Context, Fault, Row, Verdict, expect_between, expect_eq, expect_that,
        names, row_of, version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Watch, Capability::InitialEvents];

pub(super) const CASES: &[Case] = &[
    case!(
        ends_at_the_version_of_the_store,
        "The mark that ends the initial events has exactly the version of the store, of which other objects' writes are part.",
        "backend/6.19"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        ends_there_also_for_a_selection,
        "The mark has the version of the store also where the selected object is older than others.",
        "backend/6.20"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        rows EMPTY_ROWS,
        ends_though_empty,
        "The mark comes also where nothing is there or nothing matches, and is no matter of the selector.",
        "backend/9/52 backend/6.24/synchronised IFC-09"
    )
    .needs(NEEDS),
    case!(
        are_in_key_order,
        "The initial state comes in the order of keys, each object whole and at its own version.",
        "backend/6.18 backend/6.19"
    )
    .needs(NEEDS),
    case!(
        are_in_the_order_of_whole_keys,
        "The initial state of several namespaces comes in the order of bytes of whole keys, ns-1 before ns.",
        "backend/6.18"
    )
    .needs(NEEDS),
    case!(
        are_of_now_not_of_then,
        "Initial events from an earlier version show the state of now, and nothing that happened in between.",
        "backend/6.18"
    )
    .needs(NEEDS),
    case!(
        outgrow_every_buffer,
        "An initial state of many objects comes whole and before its mark, though nobody reads it at first.",
        "backend/6.18 backend/9/70"
    )
    .needs(NEEDS),
    case!(
        join_up_with_concurrent_writes,
        "With writers at work, initial events and the changes behind the mark together are the final state, with each write on one side of the mark.",
        "backend/9/51 backend/6.24/after-initial-events IFC-09"
    )
    .needs(NEEDS),
    case!(
        may_be_asked_of_one_key,
        "Initial events may be asked for of a plain key, there or not.",
        "backend/6.17"
    )
    .needs(NEEDS),
];

/// Initial events of what is selected, with their end marked.
fn marked(predicate: SelectionPredicate<Pod>) -> WatchOptions<Pod> {
    WatchOptions {
        predicate: SelectionPredicate {
            allow_watch_bookmarks: true,
            ..predicate
        },
        send_initial_events: Some(true),
        ..WatchOptions::default()
    }
}

async fn ends_at_the_version_of_the_store(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for number in 1..=5 {
        pods.push(
            context
                .create(&pod("ns-foo", &format!("pod-{number}")))
                .await?,
        );
    }
    let other = context.create(&pod("other-ns-foo", "pod-1")).await?;
    let mut watch = context
        .watch_with("/pods/ns-foo", marked(everything()))
        .await?;
    for pod in &pods {
        watch.expect_added(pod).await?;
    }
    let version = watch.expect_initial_events_end().await?;
    expect_eq("the bookmark's version", version, version_of(&other)?)?;
    watch.stop();
    watch.expect_end().await
}

async fn ends_there_also_for_a_selection(context: &Context) -> Verdict {
    let first = context.create(&pod("ns-foo", "pod-1")).await?;
    let mut last = first.clone();
    for number in 2..=5 {
        last = context
            .create(&pod("ns-foo", &format!("pod-{number}")))
            .await?;
    }
    let options = marked(fields("metadata.name=pod-1"));
    let mut watch = context.watch_with("/pods/", options).await?;
    watch.expect_added(&first).await?;
    let version = watch.expect_initial_events_end().await?;
    expect_eq("the bookmark's version", version, version_of(&last)?)?;
    watch.stop();
    watch.expect_end().await
}

const EMPTY_ROWS: &[Row] = &names(&EMPTIES);

/// The key, whether everything below it is meant, and the selector.
const EMPTIES: [(&str, (&str, bool, &str)); 4] = [
    ("nothing-there", ("/pods/empty", true, "")),
    ("nothing-matches", ("/pods/ns", true, "metadata.name=bar")),
    ("no-such-object", ("/pods/ns/bar", false, "")),
    (
        "object-does-not-match",
        ("/pods/ns/foo", false, "metadata.name=bar"),
    ),
];

async fn ends_though_empty(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let (at, recursive, selector) = *row_of(&EMPTIES, row);
    let before = context.current().await?;
    let options = WatchOptions {
        recursive,
        ..marked(fields(selector))
    };
    let mut watch = context.watch_with(at, options).await?;
    let version = watch.expect_initial_events_end().await?;
    let after = context.current().await?;
    expect_between("the bookmark's version", version, before, after)
}

async fn are_in_key_order(context: &Context) -> Verdict {
    for name in ["c", "a", "b-1", "b"] {
        context.create(&pod("ns", name).uid(name)).await?;
    }
    context
        .update(&key("ns", "a"), |pod| pod.label("x", "y"))
        .await?;
    let list = context.list("/pods/ns").await?;
    let mut watch = context.watch_with("/pods/ns", marked(everything())).await?;
    for pod in &list.items {
        watch.expect_added(pod).await?;
    }
    watch.expect_initial_events_end().await.map(drop)
}

async fn are_in_the_order_of_whole_keys(context: &Context) -> Verdict {
    for namespace in ["ns", "ns1", "ns-1", "n"] {
        context.create(&pod(namespace, "a")).await?;
    }
    let mut watch = context.watch_with("/pods/", marked(everything())).await?;
    for namespace in ["n", "ns-1", "ns", "ns1"] {
        let there = context.get(&key(namespace, "a")).await?;
        watch.expect_added(&there).await?;
    }
    watch.expect_initial_events_end().await.map(drop)
}

async fn are_of_now_not_of_then(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "a")).await?;
    context.create(&pod("ns", "b")).await?;
    let updated = context
        .update(&key("ns", "a"), |pod| pod.label("x", "y"))
        .await?;
    context.delete(&key("ns", "b")).await?;
    let options = WatchOptions {
        resource_version: created.version().to_owned(),
        ..marked(everything())
    };
    let mut watch = context.watch_with("/pods/ns", options).await?;
    watch.expect_added(&updated).await?;
    watch.expect_initial_events_end().await?;
    let deleted = context.delete(&key("ns", "a")).await?;
    watch.expect_deleted(&deleted).await
}

async fn outgrow_every_buffer(context: &Context) -> Verdict {
    let mut pods: Vec<Pod> = stream::iter(0..350)
        .map(|number| async move { context.create(&pod("ns", &format!("pod-{number}"))).await })
        .buffer_unordered(16)
        .try_collect()
        .await?;
    pods.sort_by_key(key_of);
    let mut watch = context.watch_with("/pods/ns", marked(everything())).await?;
    let last = context.create(&pod("ns", "zzz")).await?;
    let mut seen = Vec::new();
    let mut mark = None;
    while seen.last() != Some(&last) {
        match watch
            .next("the initial objects, the bookmark and the new object")
            .await?
        {
            Event::Added(pod) => seen.push(pod),
            Event::Bookmark(bookmark) if mark.is_none() && seen.len() >= pods.len() => {
                mark = Some(bookmark.resource_version);
            }
            other => {
                let expected = "ADDED, or one bookmark behind all objects that were there";
                return Err(Fault::failed(expected, format!("{other:?}")));
            }
        }
    }
    pods.push(last);
    expect_eq("the number of objects", seen.len(), pods.len())?;
    expect_that(
        seen == pods,
        "each object comes once, in key order",
        "it does not",
    )
}

async fn may_be_asked_of_one_key(context: &Context) -> Verdict {
    for at in ["/pods/", "/pods/ns/foo"] {
        let options = WatchOptions {
            recursive: false,
            send_initial_events: Some(true),
            ..WatchOptions::default()
        };
        let watch = context.watch_with(at, options).await?;
        watch.stop();
    }
    let created = context.create(&pod("ns", "foo")).await?;
    let options = WatchOptions {
        recursive: false,
        ..marked(everything())
    };
    let mut watch = context.watch_with("/pods/ns/foo", options).await?;
    watch.expect_added(&created).await?;
    watch.expect_initial_events_end().await.map(drop)
}
