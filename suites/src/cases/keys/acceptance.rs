use storeproof::storage::WatchOptions;
use storeproof_fixtures::objects::{Pod, PodExt, everything};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, expect_eq, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        taken_by_every_operation,
        "A key at or below the resource prefix is taken by every operation, also for an object without a name.",
        "store/5.3.39"
    ),
    case!(
        rows ROWS,
        taken_by_watches,
        "A key at or below the resource prefix can be watched, alone and with all below it.",
        "store/5.3.39"
    )
    .needs(&[Capability::Watch]),
];

const ROWS: &[Row] = &sourced(&KEYS);

const KEYS: [(&str, &str, &str); 4] = [
    ("resource_prefix", "store/5.3.39/c7", "/pods/"),
    ("name", "store/5.3.39/c8", "/pods/name"),
    ("namespace", "store/5.3.39/c9", "/pods/namespace"),
    (
        "name_in_namespace",
        "store/5.3.39/c10",
        "/pods/namespace/name",
    ),
];

async fn taken_by_every_operation(context: &Context, row: usize) -> Verdict {
    let at = *row_of(&KEYS, row);
    let created = context.create_at(at, &Pod::default()).await?;
    let below = context.list(at).await?;
    // Only a key with a slash at its end is among what lies below it.
    let expected = if at.ends_with('/') {
        vec![created.clone()]
    } else {
        vec![]
    };
    expect_eq("what is listed below the key", below.items, expected)?;
    context.expect_stored(at, &created).await?;
    let same = context.update(at, |_| Pod::default()).await?;
    expect_eq("the object after an update to what it is", &same, &created)?;
    let deleted = context.delete(at).await?;
    expect_eq("the last state", &deleted, &created.at(deleted.version()))?;
    context.expect_missing(at).await
}

async fn taken_by_watches(context: &Context, row: usize) -> Verdict {
    let at = *row_of(&KEYS, row);
    let below = format!("{}/below", at.trim_end_matches('/'));
    let before = context.current().await?;
    let mut watch = context.watch(at, before).await?;
    let alone = WatchOptions {
        resource_version: before.to_string(),
        predicate: everything(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut alone = context.watch_with(at, alone).await?;
    let object = context.create_at(at, &Pod::default()).await?;
    if at.ends_with('/') {
        watch.expect_added(&object).await?;
    }
    let below = context.create_at(&below, &Pod::default()).await?;
    watch.expect_added(&below).await?;
    alone.expect_added(&object).await
}
