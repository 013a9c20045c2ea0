use storeproof::storage::{Event, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, everything, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, Watching, expect_between, expect_eq, row_of,
        sourced,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows STATE_ROWS,
        with_the_current_state,
        "A watch that begins with the current state tells of each object once in key order, of its end where bookmarks are allowed, and then of every change.",
        "backend/6.18"
    )
    .needs(&[Capability::Watch, Capability::InitialEvents]),
    case!(
        rows NOW_ROWS,
        with_the_next_change,
        "A watch without initial events tells of nothing that is there already, but of every change.",
        "backend/6.18"
    )
    .needs(&[Capability::Watch, Capability::InitialEvents]),
    case!(
        rows HISTORY_ROWS,
        with_the_changes_since,
        "A watch from an earlier version tells of every change after it, as it happened, without a mark.",
        "backend/6.18"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::InitialEvents,
    ]),
    case!(
        rows LEGACY_ROWS,
        with_the_state_of_now,
        "A watch without version that says nothing of initial events begins with the current state and does not mark its end.",
        "backend/6.18"
    )
    .needs(&[Capability::Watch]),
];

/// A version to start from.
#[derive(Clone, Copy)]
enum From {
    Text(&'static str),
    /// Before the objects were created.
    Before,
    /// After they were.
    Current,
}

const NS: &str = "/pods/ns-0";

/// What was there when the watch started, and the watch.
struct Started {
    before: ResourceVersion,
    pods: Vec<Pod>,
    watch: Watching,
    may_mark: bool,
}

async fn start(
    context: &Context,
    from: From,
    allow_watch_bookmarks: bool,
    send_initial_events: Option<bool>,
) -> Verdict<Started> {
    let earlier = context.current().await?;
    let mut pods = Vec::new();
    for name in ["pod-1", "pod-2", "pod-3"] {
        pods.push(context.create(&pod("ns-0", name)).await?);
    }
    let before = context.current().await?;
    let mut predicate = everything();
    predicate.allow_watch_bookmarks = allow_watch_bookmarks;
    let options = WatchOptions {
        resource_version: match from {
            From::Text(text) => text.to_owned(),
            From::Before => earlier.to_string(),
            From::Current => before.to_string(),
        },
        predicate,
        send_initial_events,
        ..WatchOptions::default()
    };
    Ok(Started {
        before,
        pods,
        watch: context.watch_with(NS, options).await?,
        may_mark: allow_watch_bookmarks,
    })
}

impl Started {
    /// The objects come in key order.
    async fn expect_objects(&mut self) -> Verdict {
        for pod in &self.pods {
            self.watch.expect_added(pod).await?;
        }
        Ok(())
    }

    /// The bookmark comes, at the version of the state.
    async fn expect_mark(&mut self, context: &Context) -> Verdict {
        let version = self.watch.expect_initial_events_end().await?;
        let after = context.current().await?;
        expect_between("the bookmark's version", version, self.before, after)
    }

    /// Two new objects come, nothing but a plain bookmark before them, and nothing after them.
    async fn expect_only_changes(mut self, context: &Context) -> Verdict {
        for name in ["pod-4", "pod-5"] {
            let created = context.create(&pod("ns-0", name)).await?;
            let expected = format!("ADDED {name}");
            let mut event = self.watch.next(&expected).await?;
            while self.may_mark && is_plain_bookmark(&event) {
                event = self.watch.next(&expected).await?;
            }
            expect_eq("the event", event, Event::Added(created))?;
        }
        self.watch.stop();
        self.watch.expect_end().await
    }
}

fn is_plain_bookmark(event: &Event<Pod>) -> bool {
    matches!(event, Event::Bookmark(bookmark) if !bookmark.initial_events_end)
}

const STATE_ROWS: &[Row] = &sourced(&STATES);

const STATES: [(&str, &str, (From, bool)); 8] = [
    (
        "unset-marked",
        "backend/6.18/unset-true-true backend/6.24/initial-events-end",
        (From::Text(""), true),
    ),
    (
        "unset",
        "backend/6.18/unset-false-true backend/6.24/initial-events-end",
        (From::Text(""), false),
    ),
    (
        "zero-marked",
        "backend/6.18/0-true-true backend/6.24/initial-events-end",
        (From::Text("0"), true),
    ),
    (
        "zero",
        "backend/6.18/0-false-true backend/6.24/initial-events-end",
        (From::Text("0"), false),
    ),
    (
        "earlier-marked",
        "backend/6.18/1-true-true backend/6.24/initial-events-end",
        (From::Before, true),
    ),
    (
        "earlier",
        "backend/6.18/1-false-true backend/6.24/initial-events-end",
        (From::Before, false),
    ),
    (
        "current-marked",
        "backend/6.18/current-true-true backend/6.24/initial-events-end",
        (From::Current, true),
    ),
    (
        "current",
        "backend/6.18/current-false-true backend/6.24/initial-events-end",
        (From::Current, false),
    ),
];

async fn with_the_current_state(context: &Context, row: usize) -> Verdict {
    let (from, marked) = *row_of(&STATES, row);
    let mut started = start(context, from, marked, Some(true)).await?;
    started.expect_objects().await?;
    if marked {
        started.expect_mark(context).await?;
    }
    started.expect_only_changes(context).await
}

const NOW_ROWS: &[Row] = &sourced(&NOWS);

const NOWS: [(&str, &str, (From, bool)); 6] = [
    (
        "unset-with-bookmarks",
        "backend/6.18/unset-true-false",
        (From::Text(""), true),
    ),
    (
        "unset",
        "backend/6.18/unset-false-false",
        (From::Text(""), false),
    ),
    (
        "zero-with-bookmarks",
        "backend/6.18/0-true-false",
        (From::Text("0"), true),
    ),
    (
        "zero",
        "backend/6.18/0-false-false",
        (From::Text("0"), false),
    ),
    (
        "current-with-bookmarks",
        "backend/6.18/current-true-false",
        (From::Current, true),
    ),
    (
        "current",
        "backend/6.18/current-false-false",
        (From::Current, false),
    ),
];

async fn with_the_next_change(context: &Context, row: usize) -> Verdict {
    let (from, bookmarks) = *row_of(&NOWS, row);
    let started = start(context, from, bookmarks, Some(false)).await?;
    started.expect_only_changes(context).await
}

const HISTORY_ROWS: &[Row] = &sourced(&HISTORIES);

/// Whether bookmarks are allowed, and what is said of initial events.
type Wish = (bool, Option<bool>);

const HISTORIES: [(&str, &str, Wish); 3] = [
    (
        "without-initial-events-with-bookmarks",
        "backend/6.18/1-true-false",
        (true, Some(false)),
    ),
    (
        "without-initial-events",
        "backend/6.18/1-false-false",
        (false, Some(false)),
    ),
    (
        "nothing-said-with-bookmarks",
        "backend/6.18 backend/6.4",
        (true, None),
    ),
];

async fn with_the_changes_since(context: &Context, row: usize) -> Verdict {
    let (bookmarks, initial) = *row_of(&HISTORIES, row);
    let mut started = start(context, From::Before, bookmarks, initial).await?;
    started.expect_objects().await?;
    started.expect_only_changes(context).await
}

const LEGACY_ROWS: &[Row] = &sourced(&LEGACIES);

const LEGACIES: [(&str, &str, (&str, bool)); 3] = [
    (
        "unset",
        "backend/6.18/unset-false-unset backend/6.2/1 backend/6.24/cache-bypass",
        ("", false),
    ),
    (
        "zero",
        "backend/6.18/0-false-unset backend/6.2/1 backend/6.24/cache-bypass",
        ("0", false),
    ),
    ("unset-with-bookmarks", "backend/6.18", ("", true)),
];

async fn with_the_state_of_now(context: &Context, row: usize) -> Verdict {
    let (version, bookmarks) = *row_of(&LEGACIES, row);
    let mut started = start(context, From::Text(version), bookmarks, None).await?;
    started.expect_objects().await?;
    started.expect_only_changes(context).await
}
