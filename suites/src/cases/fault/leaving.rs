use storeproof::storage::{Event, WatchOptions};
use storeproof_fixtures::{
    fault::LinkFault,
    objects::{everything, pod},
};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, Watching, expect_that, names, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    needs_no_answer,
    "A watch that is stopped while nothing moves on the way to its server ends without an error, and the store goes on.",
    "backend/9/71 backend/5.10"
)
.needs(&[Capability::Watch, Capability::ClientLink])];

/// More objects than any store sends ahead of its reader.
const MANY: usize = 300;

/// Where the watch is.
#[derive(Clone, Copy)]
enum Place {
    /// It has told everything.
    Idle,
    /// It tells its initial state to somebody who reads no more.
    State,
    /// It tells changes to somebody who reads no more.
    Unread,
}

const ROWS: &[Row] = &names(&PLACES);

const PLACES: [(&str, Place); 3] = [
    ("behind-its-state", Place::Idle),
    ("in-its-state", Place::State),
    ("before-unread-changes", Place::Unread),
];

async fn create(context: &Context, count: usize) -> Verdict {
    for number in 0..count {
        context.create(&pod("ns", &format!("pod-{number}"))).await?;
    }
    Ok(())
}

async fn bring(context: &Context, place: Place) -> Verdict<Watching> {
    let start = context.current().await?;
    let options = WatchOptions {
        predicate: everything(),
        ..WatchOptions::default()
    };
    let mut watch = match place {
        Place::Idle => {
            create(context, 1).await?;
            context.watch_with("/pods/ns", options).await?
        }
        Place::State => {
            create(context, MANY).await?;
            context.watch_with("/pods/ns", options).await?
        }
        Place::Unread => {
            let watch = context.watch("/pods/ns", start).await?;
            create(context, MANY).await?;
            watch
        }
    };
    watch.next("the first object").await?;
    Ok(watch)
}

async fn needs_no_answer(context: &Context, row: usize) -> Verdict {
    let mut watch = bring(context, *row_of(&PLACES, row)).await?;
    context.break_link(LinkFault::Freeze).await?;
    watch.stop();
    let rest = watch.drain().await?;
    let failed = rest.iter().any(|event| matches!(event, Event::Error(_)));
    expect_that(!failed, "the end without an error", format!("{rest:?}"))?;
    context.break_link(LinkFault::Heal).await?;
    let start = context.current().await?;
    let mut next = context.watch("/pods/ns", start).await?;
    let created = context.create(&pod("ns", "next")).await?;
    next.expect_added(&created).await
}
