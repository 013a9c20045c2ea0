//! Watches that nobody wants any more, wherever they are.

use futures::{StreamExt, TryStreamExt, stream};
use storeproof::storage::{Event, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, everything, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, Watching, expect_that, names, row_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        ends_when_stopped,
        "A watch that is stopped ends without an error wherever it is, and reads nothing more.",
        "backend/9/71"
    )
    .needs(NEEDS),
    case!(
        rows READING_ROWS,
        reads_nothing_when_dropped,
        "A watch that is dropped while it reads a value lets go of it.",
        "backend/9/71"
    )
    .needs(NEEDS),
    case!(
        ends_beside_deliveries,
        "A watch that is stopped while changes come ends after a beginning of them without gap.",
        "backend/9/71 backend/6.24/stop-beside-dispatch"
    )
    .needs(&[Capability::Watch]),
    case!(
        ends_beside_bookmarks,
        "A watch that is stopped while bookmarks come ends after them.",
        "backend/9/71 backend/6.24/stop-beside-bookmarks"
    )
    .needs(&[Capability::Watch, Capability::Progress]),
];

const NEEDS: &[Capability] = &[Capability::Watch, Capability::Transformer];

const NS: &str = "/pods/ns";

/// More objects than any store sends ahead of its reader.
const MANY: usize = 400;

/// So far ahead is a version that does not come while a case runs.
const FUTURE: u64 = 1 << 40;

/// So many of them are created at a time, which takes busy servers less long.
const AT_A_TIME: usize = 16;

/// Where a watch is when nobody wants it any more.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Just started, over many objects.
    Start,
    /// In the middle of the objects that were there.
    State,
    /// Behind them, with nothing to tell.
    Idle,
    /// Before changes that nobody reads.
    Unread,
    /// At an object of the initial state that the transformer does not give back.
    ReadingState,
    /// At a change that the transformer does not give back.
    ReadingChange,
    /// Behind its error.
    Failed,
    /// Before a version that is still to come.
    Future,
}

const ROWS: &[Row] = &names(&PLACES);

const PLACES: [(&str, Place); 8] = [
    ("at-its-start", Place::Start),
    ("in-its-state", Place::State),
    ("behind-its-state", Place::Idle),
    ("before-unread-changes", Place::Unread),
    ("reading-its-state", Place::ReadingState),
    ("reading-a-change", Place::ReadingChange),
    ("behind-its-error", Place::Failed),
    ("before-its-version", Place::Future),
];

const READING_ROWS: &[Row] = &names(&READING);

const READING: [(&str, Place); 2] = [
    ("its-state", Place::ReadingState),
    ("a-change", Place::ReadingChange),
];

async fn create(context: &Context, count: usize) -> Verdict {
    stream::iter(0..count)
        .map(|number| async move { context.create(&pod("ns", &format!("pod-{number}"))).await })
        .buffer_unordered(AT_A_TIME)
        .try_for_each(|_| async { Ok(()) })
        .await
}

async fn create_in(context: &Context, namespace: &str, count: usize) -> Verdict {
    for number in 0..count {
        let pod = pod(namespace, &format!("pod-{number}"));
        context.create(&pod).await?;
    }
    Ok(())
}

async fn from_the_state(context: &Context, at: &str) -> Verdict<Watching> {
    let options = WatchOptions {
        predicate: everything(),
        ..WatchOptions::default()
    };
    context.watch_with(at, options).await
}

/// A watch of a key at that place.
pub(super) async fn bring(context: &Context, at: &str, place: Place) -> Verdict<Watching> {
    let transformer = context.transformer();
    let start = context.current().await?;
    match place {
        Place::Start => {
            create(context, MANY).await?;
            from_the_state(context, at).await
        }
        Place::State => {
            create(context, MANY).await?;
            let mut watch = from_the_state(context, at).await?;
            watch.next("the first object").await?;
            Ok(watch)
        }
        Place::Idle => {
            create(context, 1).await?;
            let mut watch = from_the_state(context, at).await?;
            watch.next("the object").await?;
            Ok(watch)
        }
        Place::Unread => {
            let mut watch = context.watch(at, start).await?;
            create(context, MANY).await?;
            watch.next("the first change").await?;
            Ok(watch)
        }
        Place::ReadingState => {
            create(context, 1).await?;
            transformer.hold_reads();
            let watch = from_the_state(context, at).await?;
            expect_reading(context).await?;
            Ok(watch)
        }
        Place::ReadingChange => {
            let watch = context.watch(at, start).await?;
            transformer.hold_reads();
            create(context, 1).await?;
            expect_reading(context).await?;
            Ok(watch)
        }
        Place::Future => {
            let future = ResourceVersion::new(start.get() + FUTURE);
            context.watch(at, future).await
        }
        Place::Failed => {
            let mut watch = context.watch(at, start).await?;
            transformer.fail_reads(Some("pod-0"));
            create(context, 1).await?;
            watch.expect_error_and_end(500).await?;
            transformer.fail_reads(None);
            Ok(watch)
        }
    }
}

async fn expect_reading(context: &Context) -> Verdict {
    context
        .transformer()
        .expect_waiting("the watch reads a value", |waiting| waiting > 0)
        .await
}

/// Nothing of the watch is left, and the store goes on.
async fn expect_gone(context: &Context) -> Verdict {
    let transformer = context.transformer();
    transformer
        .expect_waiting("nobody reads a value any more", |waiting| waiting == 0)
        .await?;
    transformer.release_reads();
    let start = context.current().await?;
    let mut next = context.watch("/pods/ns", start).await?;
    let created = context.create(&pod("ns", "next")).await?;
    next.expect_added(&created).await
}

async fn ends_when_stopped(context: &Context, row: usize) -> Verdict {
    let mut watch = bring(context, NS, *row_of(&PLACES, row)).await?;
    watch.stop();
    let rest = watch.drain().await?;
    let failed = rest.iter().any(|event| matches!(event, Event::Error(_)));
    expect_that(!failed, "the end without an error", format!("{rest:?}"))?;
    expect_gone(context).await
}

async fn reads_nothing_when_dropped(context: &Context, row: usize) -> Verdict {
    drop(bring(context, NS, *row_of(&READING, row)).await?);
    expect_gone(context).await
}

async fn ends_beside_deliveries(context: &Context) -> Verdict {
    for round in 0..20 {
        let namespace = format!("ns-{round}");
        let at = format!("/pods/{namespace}");
        let mut watch = context.watch(&at, context.current().await?).await?;
        let write = create_in(context, &namespace, 10);
        let read = stop_after(&mut watch, round % 5);
        let (told, ()) = futures::try_join!(read, write)?;
        let written = (0..told.len()).map(|number| format!("ADDED pod-{number}"));
        expect_that(
            told.iter().cloned().eq(written),
            "the first changes without gap, and the end",
            format!("{told:?}"),
        )?;
    }
    Ok(())
}

/// What the watch told before it was stopped after so many events, and until its end.
async fn stop_after(watch: &mut Watching, events: usize) -> Verdict<Vec<String>> {
    let mut told = Vec::new();
    for _ in 0..events {
        told.push(name_of(&watch.next("a change").await?));
    }
    watch.stop();
    told.extend(watch.drain().await?.iter().map(name_of));
    Ok(told)
}

fn name_of(event: &Event<Pod>) -> String {
    let name = event.object().and_then(|pod| pod.metadata.name.clone());
    format!("{} {}", event.kind(), name.unwrap_or_default())
}

async fn ends_beside_bookmarks(context: &Context) -> Verdict {
    let start = context.current().await?;
    for _ in 0..100 {
        let options = WatchOptions {
            resource_version: start.to_string(),
            predicate: everything(),
            progress_notify: true,
            ..WatchOptions::default()
        };
        let mut watch = context.watch_with("/pods/ns", options).await?;
        context.store().request_watch_progress().await?;
        watch.stop();
        let rest = watch.drain().await?;
        let others = rest
            .iter()
            .any(|event| !matches!(event, Event::Bookmark(_)));
        expect_that(
            !others,
            "nothing but bookmarks, and the end",
            format!("{rest:?}"),
        )?;
    }
    Ok(())
}
