//! Progress beside what else a watch tells, and beside other watches.

use storeproof::storage::{Event, ResourceVersion, SelectionPredicate, WatchOptions};
use storeproof_fixtures::objects::{Pod, everything, key, pod};

use super::progress::{reach, watch_progress};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_that, version_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        comes_behind_the_state,
        "However often progress was and is asked for, a watch tells its initial state and the mark first, and marks nothing with what follows.",
        "backend/9/66 backend/9/51 backend/9/77"
    )
    .needs(&[
        Capability::Watch,
        Capability::Progress,
        Capability::InitialEvents,
    ]),
    case!(
        is_told_to_all_who_want_it,
        "Each of several watches that want progress is told, the first as well as the last.",
        "backend/6.12 store/6/80"
    )
    .needs(&[Capability::Watch, Capability::Progress]),
    case!(
        is_told_of_one_object,
        "A watch of one object is told of progress as any other.",
        "backend/6.12"
    )
    .needs(&[Capability::Watch, Capability::Progress]),
    case!(
        never_parts_a_version,
        "Between changes of the same version there is no bookmark at it.",
        "backend/9/66 backend/9/74"
    )
    .needs(&[
        Capability::Watch,
        Capability::Progress,
        Capability::RawBytes,
        Capability::RawTransactions,
    ]),
];

/// So many objects are there.
const STATE: usize = 20;

async fn comes_behind_the_state(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for number in 0..STATE {
        let pod = pod("ns", &format!("pod-{number:02}"));
        pods.push(context.create(&pod).await?);
        context.store().request_watch_progress().await?;
    }
    let options = WatchOptions {
        predicate: SelectionPredicate {
            allow_watch_bookmarks: true,
            ..everything()
        },
        progress_notify: true,
        send_initial_events: Some(true),
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/ns", options).await?;
    for pod in &pods {
        context.store().request_watch_progress().await?;
        watch.expect_added(pod).await?;
    }
    watch.expect_initial_events_end().await?;
    let other = context.create(&pod("other-ns", "foo")).await?;
    reach(context, &mut watch, version_of(&other)?)
        .await
        .map(drop)
}

async fn is_told_to_all_who_want_it(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watches = Vec::new();
    for _ in 0..3 {
        watches.push(watch_progress(context, "/pods/ns", start).await?);
    }
    let other = version_of(&context.create(&pod("other-ns", "foo")).await?)?;
    for watch in &mut watches {
        reach(context, watch, other).await?;
    }
    Ok(())
}

async fn is_told_of_one_object(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let options = WatchOptions {
        resource_version: version_of(&created)?.to_string(),
        predicate: everything(),
        recursive: false,
        progress_notify: true,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with(&key("ns", "foo"), options).await?;
    let other = context.create(&pod("ns", "other")).await?;
    reach(context, &mut watch, version_of(&other)?)
        .await
        .map(drop)
}

async fn never_parts_a_version(context: &Context) -> Verdict {
    let names = ["a", "b", "c"];
    let mut values = Vec::new();
    for name in names {
        let at = key("ns", name);
        context.create(&pod("ns", name)).await?;
        let bytes = context.raw_get(&at).await?;
        values.push((at, bytes.unwrap_or_default()));
    }
    let start = context.current().await?;
    let mut watch = watch_progress(context, "/pods/ns", start).await?;
    context.raw_put_all(values).await?;
    let (mut told, mut reached) = (0, ResourceVersion::UNSET);
    while told < names.len() {
        context.store().request_watch_progress().await?;
        let event: Event<Pod> = watch.next("a change of the transaction").await?;
        if let Event::Bookmark(bookmark) = &event {
            reached = bookmark.resource_version;
        }
        let Some(pod) = event.object() else { continue };
        told += 1;
        let version = version_of(pod)?;
        expect_that(
            version > reached,
            format!("no change at or before the bookmark at {reached}"),
            format!("one at {version}"),
        )?;
    }
    Ok(())
}
