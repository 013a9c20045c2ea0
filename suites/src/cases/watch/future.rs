use storeproof::storage::{Event, ResourceVersion, SelectionPredicate, WatchOptions};
use storeproof_fixtures::objects::{Pod, everything, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, Watching, expect_eq, expect_that, names, row_of,
        unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows WAIT_ROWS,
        waits_for_its_version,
        "A watch from a version that is not there yet starts, and tells of changes after that version only.",
        "backend/6.18 backend/6.24/starting-version backend/6.24/empty-history"
    )
    .needs(&[Capability::Watch, Capability::InitialEvents]),
    case!(
        rows REFUSED_ROWS,
        refuses_to_show_its_state,
        "Initial events of a version far ahead end the watch with one 504 that says when to come again.",
        "backend/6.23/too-large backend/9/53"
    )
    .needs(&[Capability::Watch, Capability::InitialEvents]),
    case!(
        begins_at_the_current_version,
        "Initial events are shown at the current version, and at the next one refused until it is there.",
        "backend/9/53 backend/6.24/until-fresh"
    )
    .needs(&[Capability::Watch, Capability::InitialEvents])
    .exclusive(),
];

fn from(version: impl ToString, send_initial_events: Option<bool>) -> WatchOptions<Pod> {
    WatchOptions {
        resource_version: version.to_string(),
        predicate: SelectionPredicate {
            allow_watch_bookmarks: true,
            ..everything()
        },
        send_initial_events,
        ..WatchOptions::default()
    }
}

const WAIT_ROWS: &[Row] = &names(&WAITS);

const WAITS: [(&str, Option<bool>); 2] = [
    ("nothing-said", None),
    ("without-initial-events", Some(false)),
];

async fn waits_for_its_version(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "there")).await?;
    let future = ResourceVersion::new(context.current().await?.get() + 3);
    let options = from(future, *row_of(&WAITS, row));
    let mut watch = context.watch_with("/pods/ns", options).await?;
    for number in 0..10 {
        let created = context.create(&pod("ns", &format!("pod-{number}"))).await?;
        if version_of(&created)? > future {
            watch.expect_added(&created).await?;
        }
    }
    Ok(())
}

/// ERROR 504 with its cause and a delay of one to three seconds, and the end.
async fn expect_too_large(mut watch: Watching, wanted: u64) -> Verdict {
    let expected = "ERROR with code 504, too large resource version";
    let status = match watch.next(expected).await? {
        Event::Error(status) => status,
        other => return Err(unexpected(expected, format!("{other:?}"))),
    };
    expect_eq("the code", status.code, Some(504))?;
    let recognised = storeproof::storage::is_resource_version_too_large(&status);
    let observed = format!("{status:?}");
    expect_that(recognised, expected, &*observed)?;
    let text = format!("Timeout: Too large resource version: {wanted}, current: ");
    let message = status.message.unwrap_or_default();
    expect_that(
        message.starts_with(&text),
        format!("it says {text:?}"),
        message,
    )?;
    let delay = status
        .details
        .and_then(|details| details.retry_after_seconds);
    expect_that(
        delay.is_some_and(|delay| (1..=3).contains(&delay)),
        "it says to come again after one to three seconds",
        observed,
    )?;
    watch.expect_end().await
}

const REFUSED_ROWS: &[Row] = &names(&FUTURES);

const FUTURES: [(&str, u64); 2] = [("2^63-1", i64::MAX as u64), ("2^64-1", u64::MAX)];

async fn refuses_to_show_its_state(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let version = *row_of(&FUTURES, row);
    let options = from(version, Some(true));
    let watch = context.watch_with("/pods/ns", options).await?;
    expect_too_large(watch, version).await
}

async fn begins_at_the_current_version(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let current = context.current().await?;
    let options = from(current, Some(true));
    let mut watch = context.watch_with("/pods/ns", options).await?;
    watch.expect_added(&created).await?;
    let version = watch.expect_initial_events_end().await?;
    expect_eq("the bookmark's version", version, current)?;
    let options = from(current.next(), Some(true));
    let watch = context.watch_with("/pods/ns", options).await?;
    expect_too_large(watch, current.next().get()).await?;
    let later = context.create(&pod("ns", "later")).await?;
    let options = from(current.next(), Some(true));
    let mut watch = context.watch_with("/pods/ns", options).await?;
    watch.expect_added(&created).await?;
    watch.expect_added(&later).await?;
    let version = watch.expect_initial_events_end().await?;
    expect_eq("the bookmark's version", version, version_of(&later)?)
}
