//! What is left of watches that nobody has any more: nothing that reads.

use futures::FutureExt;
use storeproof::storage::{SelectionPredicate, WatchOptions};
use storeproof_fixtures::objects::{Pod, everything, fields, pod};

use super::abandoned::{Place, bring};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, Watching, names, row_of, unexpected},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    reads_nothing_more,
    "Once a watch is dropped, wherever it was and whatever it selects, nothing reads the changes that it would have told.",
    "backend/9/71 backend/6.24/cleanup"
)
.needs(&[Capability::Watch, Capability::Transformer])];

/// How a watch came to be left.
#[derive(Clone, Copy)]
enum Way {
    /// It was dropped there.
    At(Place),
    /// It was dropped, and selected nothing that there is.
    Selecting,
    /// It was stopped, read to its end, and kept.
    Stopped,
    /// Whoever started it did not wait for it.
    GivenUp,
}

const ROWS: &[Row] = &names(&WAYS);

const WAYS: [(&str, Way); 8] = [
    ("at-its-start", Way::At(Place::Start)),
    ("in-its-state", Way::At(Place::State)),
    ("behind-its-state", Way::At(Place::Idle)),
    ("before-unread-changes", Way::At(Place::Unread)),
    ("before-its-version", Way::At(Place::Future)),
    ("selecting-nothing", Way::Selecting),
    ("stopped", Way::Stopped),
    ("given-up-while-it-starts", Way::GivenUp),
];

/// So many changes in a row must be read by nobody else.
const ROUNDS: usize = 10;
/// It may take so many until that is so.
const MOST_ROUNDS: usize = 300;

async fn reads_nothing_more(context: &Context, row: usize) -> Verdict {
    let mut alone = Alone::begin(context).await?;
    let once = alone.reads_of_a_change(context).await?;
    let kept = leave(context, *row_of(&WAYS, row)).await?;
    let mut in_a_row = 0;
    let mut reads = once;
    for _ in 0..MOST_ROUNDS {
        reads = alone.reads_of_a_change(context).await?;
        in_a_row = if reads == once { in_a_row + 1 } else { 0 };
        if in_a_row == ROUNDS {
            drop(kept);
            return Ok(());
        }
    }
    Err(unexpected(
        format!("each change is read {once} times, as before there was the watch"),
        format!("{reads} times"),
    ))
}

/// A watch that goes on, and shows when everybody was told.
struct Alone {
    watch: Watching,
    changes: usize,
}

impl Alone {
    async fn begin(context: &Context) -> Verdict<Self> {
        let start = context.current().await?;
        Ok(Self {
            watch: context.watch("/pods/ns-alone", start).await?,
            changes: 0,
        })
    }

    /// How often the value of a change is read.
    async fn reads_of_a_change(&mut self, context: &Context) -> Verdict<usize> {
        self.changes += 1;
        let name = format!("change-{}", self.changes);
        context.transformer().take_reads();
        let created = context.create(&pod("ns-alone", &name)).await?;
        self.watch.expect_added(&created).await?;
        let reads = context.transformer().take_reads();
        Ok(reads.iter().filter(|key| key.ends_with(&name)).count())
    }
}

/// Leaves a watch of everything behind; one that was stopped is still there.
async fn leave(context: &Context, way: Way) -> Verdict<Option<Watching>> {
    let start = context.current().await?;
    let options = |predicate: SelectionPredicate<Pod>| WatchOptions {
        resource_version: start.to_string(),
        predicate,
        ..WatchOptions::default()
    };
    match way {
        Way::At(place) => drop(bring(context, "/pods/", place).await?),
        Way::Selecting => {
            let options = options(fields("metadata.name=nothing"));
            drop(context.watch_with("/pods/", options).await?);
        }
        Way::Stopped => {
            let mut watch = context.watch_with("/pods/", options(everything())).await?;
            watch.stop();
            watch.expect_end().await?;
            return Ok(Some(watch));
        }
        Way::GivenUp => {
            let options = options(everything());
            drop(
                context
                    .shared_store()
                    .watch("/pods/", options)
                    .now_or_never(),
            );
        }
    }
    Ok(None)
}
