use storeproof::storage::{Event, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, pod};

use crate::{
    case,
    cases::watch::progress::reach,
    harness::{
        Capability, Case, Context, Row, Verdict, Watching, expect_eq, names, row_of, unexpected,
        version_of,
    },
};

const NEEDS: &[Capability] = &[
    Capability::Compaction,
    Capability::Watch,
    Capability::WatchHistory,
];

pub(super) const CASES: &[Case] = &[
    case!(
        from_long_ago_expires,
        "A watch from before a compaction starts, and then ends with one 410 that says so.",
        "backend/6.2/6 IFC-10"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        from_just_before_fails,
        "A watch from the version right before a compacted update, whose previous state is gone, ends with one 410 or 500.",
        "backend/6.2/6 backend/9/56 backend/6.23/parse-event"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        from_the_compacted_version_goes_on,
        "A watch from exactly the version that history is compacted at delivers everything after it.",
        "backend/6.2"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        rows STATE_ROWS,
        with_the_current_state_needs_no_history,
        "A watch that begins with the current state starts after any compaction, also where it names a compacted version.",
        "backend/6.2/5 backend/6.18"
    )
    .needs(&[
        Capability::Compaction,
        Capability::Watch,
        Capability::InitialEvents,
    ])
    .exclusive(),
    case!(
        that_is_open_goes_on,
        "A compaction does not disturb a watch that is open.",
        "backend/6.2"
    )
    .needs(&[Capability::Compaction, Capability::Watch])
    .exclusive(),
    case!(
        that_is_quiet_goes_on,
        "A compaction does not disturb a watch that had nothing to tell since long before, as it has lost nothing.",
        "backend/6.2 IFC-10"
    )
    .needs(&[
        Capability::Compaction,
        Capability::Watch,
        Capability::Progress,
    ])
    .exclusive(),
];

/// Creates the object and updates it twice; returns all three states.
async fn seed(context: &Context) -> Verdict<[Pod; 3]> {
    let created = context.create(&pod("test-ns", "foo")).await?;
    let first = update(context, "1").await?;
    Ok([created, first, update(context, "2").await?])
}

async fn update(context: &Context, value: &str) -> Verdict<Pod> {
    context
        .update(&key("test-ns", "foo"), |pod| pod.annotation("a", value))
        .await
}

async fn watch_from(context: &Context, version: ResourceVersion) -> Verdict<Watching> {
    context.watch("/pods/test-ns/", version).await
}

async fn from_long_ago_expires(context: &Context) -> Verdict {
    let [created, _, last] = seed(context).await?;
    context.compact(version_of(&last)?).await?;
    let mut watch = watch_from(context, version_of(&created)?).await?;
    let expected = "ERROR with code 410 and reason Expired";
    let status = match watch.next(expected).await? {
        Event::Error(status) if status.code == Some(410) => status,
        other => return Err(unexpected(expected, format!("{other:?}"))),
    };
    expect_eq("the reason", status.reason.as_deref(), Some("Expired"))?;
    expect_eq(
        "the message",
        status.message.as_deref(),
        Some("The resourceVersion for the provided watch is too old."),
    )?;
    watch.expect_end().await
}

async fn from_just_before_fails(context: &Context) -> Verdict {
    let [_, first, last] = seed(context).await?;
    context.compact(version_of(&last)?).await?;
    let mut watch = watch_from(context, version_of(&first)?).await?;
    let expected = "ERROR with code 410 and reason Expired, or code 500 and reason InternalError";
    match watch.next(expected).await? {
        Event::Error(status)
            if matches!(
                (status.code, status.reason.as_deref()),
                (Some(410), Some("Expired")) | (Some(500), Some("InternalError"))
            ) =>
        {
            watch.expect_end().await
        }
        other => Err(unexpected(expected, format!("{other:?}"))),
    }
}

async fn from_the_compacted_version_goes_on(context: &Context) -> Verdict {
    let [_, first, last] = seed(context).await?;
    context.compact(version_of(&first)?).await?;
    let mut watch = watch_from(context, version_of(&first)?).await?;
    watch.expect_modified(&last).await
}

const STATE_ROWS: &[Row] = &names(&STATES);

/// The version, empty for the compacted one, and whether the state is asked for.
const STATES: [(&str, (&str, Option<bool>)); 3] = [
    ("zero", ("0", None)),
    ("zero-with-initial-events", ("0", Some(true))),
    ("compacted-with-initial-events", ("", Some(true))),
];

async fn with_the_current_state_needs_no_history(context: &Context, row: usize) -> Verdict {
    let [created, _, last] = seed(context).await?;
    context.compact(version_of(&last)?).await?;
    let (version, send_initial_events) = *row_of(&STATES, row);
    let options = WatchOptions {
        resource_version: match version {
            "" => created.version().to_owned(),
            given => given.to_owned(),
        },
        predicate: everything(),
        send_initial_events,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/test-ns/", options).await?;
    watch.expect_added(&last).await?;
    let updated = update(context, "3").await?;
    watch.expect_modified(&updated).await
}

async fn that_is_open_goes_on(context: &Context) -> Verdict {
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut watch = watch_from(context, version_of(&created)?).await?;
    for value in ["1", "2", "3"] {
        let updated = update(context, value).await?;
        watch.expect_modified(&updated).await?;
        context.compact(version_of(&updated)?).await?;
    }
    let deleted = context.delete(&key("test-ns", "foo")).await?;
    watch.expect_deleted(&deleted).await
}

async fn that_is_quiet_goes_on(context: &Context) -> Verdict {
    let created = context.create(&pod("test-ns", "foo")).await?;
    let options = WatchOptions {
        resource_version: created.version().to_owned(),
        predicate: everything(),
        progress_notify: true,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/test-ns/", options).await?;
    for round in 0..3 {
        let other = context.create(&pod("other-ns", &round.to_string())).await?;
        // Where the watch is further behind, it may have lost what it cannot know to be about others.
        reach(context, &mut watch, version_of(&other)?).await?;
        context.compact(version_of(&other)?).await?;
    }
    let updated = update(context, "1").await?;
    loop {
        match watch.next("MODIFIED").await? {
            Event::Bookmark(_) => {}
            event => return expect_eq("the event", event, Event::Modified(updated)),
        }
    }
}
