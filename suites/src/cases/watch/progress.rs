use storeproof::storage::{Event, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, pod};
use tokio::time::Instant;

use crate::{
    case,
    harness::{
        Capability, Case, Context, Verdict, Watching, deadline, expect_eq, expect_that, unexpected,
        version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Watch, Capability::Progress];

pub(super) const CASES: &[Case] = &[
    case!(
        is_told_on_request,
        "A watch with progress notification answers a request with a bookmark at or after the store's version then, and marks nothing with it.",
        "backend/6.12 store/6/80"
    )
    .needs(NEEDS),
    case!(
        covers_writes_elsewhere,
        "A bookmark on request covers writes elsewhere in the store that were acknowledged before.",
        "backend/6.12 store/6/80 backend/6.24/bookmarks-on-updates"
    )
    .needs(&[
        Capability::Watch,
        Capability::Progress,
        Capability::RevisionBump,
    ]),
    case!(
        is_told_only_where_asked_for,
        "A watch that did not ask for progress gets no bookmark, though another of the same store does.",
        "backend/6.15/false backend/9/65 backend/9/75"
    )
    .needs(NEEDS),
    case!(
        may_be_told_where_allowed,
        "A watch that allows bookmarks and asks for nothing gets plain ones if any, none of which is ahead of a change.",
        "backend/6.15/true"
    )
    .needs(&[Capability::Watch]),
    case!(
        never_overtakes_a_change,
        "A bookmark never comes before a change at or before its version, nor does a change at or before it come later.",
        "backend/9/66"
    )
    .needs(NEEDS),
    case!(
        is_told_to_nobody_without_watches,
        "Progress may be asked for while no watch is open, and those opened later start as ever.",
        "backend/9/77"
    )
    .needs(NEEDS),
];

pub(super) async fn watch_progress(
    context: &Context,
    at: &str,
    start: ResourceVersion,
) -> Verdict<Watching> {
    let options = WatchOptions {
        resource_version: start.to_string(),
        predicate: everything(),
        progress_notify: true,
        ..WatchOptions::default()
    };
    context.watch_with(at, options).await
}

/// Asks for progress until the watch tells something; servers may drop a request that comes too early.
async fn next_on_request(context: &Context, watch: &mut Watching) -> Verdict<Event<Pod>> {
    let given_up = Instant::now() + deadline::EVENT;
    while Instant::now() < given_up {
        context.store().request_watch_progress().await?;
        match watch.next_within(deadline::PROGRESS).await {
            Some(Some(event)) => return Ok(event),
            Some(None) => return Err(unexpected("BOOKMARK", "the watch ended")),
            None => {}
        }
    }
    Err(watch.nothing_came(deadline::EVENT, "BOOKMARK, as progress was asked for"))
}

/// Asks for progress until there is a bookmark at `version` or later, with nothing but bookmarks before it; returns where
/// it is.
pub(in crate::cases) async fn reach(
    context: &Context,
    watch: &mut Watching,
    version: ResourceVersion,
) -> Verdict<ResourceVersion> {
    let given_up = Instant::now() + deadline::EVENT;
    let mut last = ResourceVersion::UNSET;
    let mut told = None;
    while Instant::now() < given_up {
        let event = match told.take() {
            Some(event) => event,
            None => next_on_request(context, watch).await?,
        };
        match event {
            Event::Bookmark(bookmark) => {
                expect_eq("whether it marks", bookmark.initial_events_end, false)?;
                expect_that(
                    bookmark.resource_version >= last,
                    format!("the bookmark is not before the last one, {last}"),
                    format!("it is at {}", bookmark.resource_version),
                )?;
                last = bookmark.resource_version;
            }
            other => return Err(unexpected("BOOKMARK", format!("{other:?}"))),
        }
        if last >= version {
            return Ok(last);
        }
        // Asked again at once, a server that lags behind would say the same.
        told = watch.next_within(deadline::PROGRESS).await.flatten();
    }
    Err(unexpected(
        format!("a bookmark at {version} or later"),
        format!("the last one is at {last}"),
    ))
}

async fn is_told_on_request(context: &Context) -> Verdict {
    let created = context.create(&pod("test-ns", "foo")).await?;
    let start = version_of(&created)?;
    let mut watch = watch_progress(context, "/pods/test-ns", start).await?;
    let other = context.create(&pod("other-ns", "foo")).await?;
    reach(context, &mut watch, version_of(&other)?).await?;
    Ok(())
}

async fn covers_writes_elsewhere(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = watch_progress(context, "/pods/", start).await?;
    for _ in 0..2 {
        let bumped = context.bump().await?;
        reach(context, &mut watch, bumped).await?;
    }
    Ok(())
}

async fn is_told_only_where_asked_for(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut silent = context.watch("/pods/ns", start).await?;
    let mut telling = watch_progress(context, "/pods/ns", start).await?;
    // An etcd on which nothing happens has no progress to tell of: its watches begin after its latest revision.
    let other = version_of(&context.create(&pod("other-ns", "foo")).await?)?;
    for _ in 0..3 {
        reach(context, &mut telling, other).await?;
    }
    let created = context.create(&pod("ns", "foo")).await?;
    silent.expect_added(&created).await
}

async fn may_be_told_where_allowed(context: &Context) -> Verdict {
    let start = version_of(&context.create(&pod("test-ns", "foo")).await?)?;
    let mut predicate = everything();
    predicate.allow_watch_bookmarks = true;
    let options = WatchOptions {
        resource_version: start.to_string(),
        predicate,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/test-ns", options).await?;
    for number in 0..5 {
        context
            .create(&pod(&format!("other-ns-{number}"), "foo"))
            .await?;
    }
    let created = context.create(&pod("test-ns", "bar")).await?;
    let expected = format!("ADDED at {}", created.version());
    loop {
        match watch.next(&expected).await? {
            Event::Bookmark(bookmark)
                if !bookmark.initial_events_end
                    && (start..version_of(&created)?).contains(&bookmark.resource_version) => {}
            other => return expect_eq("the event", other, Event::Added(created)),
        }
    }
}

async fn never_overtakes_a_change(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = watch_progress(context, "/pods/ns", start).await?;
    let other = context.create(&pod("other-ns", "foo")).await?;
    let reached = reach(context, &mut watch, version_of(&other)?).await?;
    let first = context.create(&pod("ns", "foo")).await?;
    expect_that(
        version_of(&first)? > reached,
        format!("the change after the bookmark at {reached} is of a later version"),
        format!("it is at {}", version_of(&first)?),
    )?;
    let mut expected = vec![first];
    for number in 0..30 {
        expected.push(context.create(&pod("ns", &format!("foo-{number}"))).await?);
        context.store().request_watch_progress().await?;
    }
    let last = context.delete(&key("ns", "foo-0")).await?;
    let mut told = ResourceVersion::UNSET;
    let mut changes = expected.into_iter().map(Event::Added).collect::<Vec<_>>();
    changes.push(Event::Deleted(last.clone()));
    let mut changes = changes.into_iter().peekable();
    loop {
        let next_version = match changes.peek().and_then(Event::object) {
            Some(pod) => version_of(pod)?,
            None => ResourceVersion::new(u64::MAX),
        };
        let event = next_on_request(context, &mut watch).await?;
        if let Event::Bookmark(bookmark) = &event {
            told = bookmark.resource_version;
            expect_that(
                told < next_version,
                format!("no bookmark at {next_version} or later before the change at it"),
                format!("a bookmark at {told}"),
            )?;
            if told >= version_of(&last)? {
                return Ok(());
            }
            continue;
        }
        expect_that(
            next_version > told,
            format!("no change at or before the bookmark at {told}"),
            format!("{} at {next_version}", event.kind()),
        )?;
        expect_eq("the change", Some(event), changes.next())?;
    }
}

async fn is_told_to_nobody_without_watches(context: &Context) -> Verdict {
    for _ in 0..3 {
        context.store().request_watch_progress().await?;
    }
    let start = context.current().await?;
    let mut watch = context.watch("/pods/", start).await?;
    context.store().request_watch_progress().await?;
    let created = context.create(&pod("ns", "foo")).await?;
    watch.expect_added(&created).await
}
