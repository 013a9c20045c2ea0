//! What needs no history: reads and writes that only name an old version.

use storeproof::storage::GetOptions;
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, RecordedUpdate, RecordedValidation, Verdict, delete_suggesting,
        expect_eq, update_suggesting, version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Compaction];

pub(super) const CASES: &[Case] = &[
    case!(
        a_bound_is_no_version_to_read,
        "A get that must not be older than a version that was compacted shows the latest state.",
        "store/2.3.1 store/6/15"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        a_suggestion_is_no_version_to_read,
        "A suggestion of a version that was compacted is outdated as any other: the update or deletion is of what is stored.",
        "store/3.5 store/3.6 store/5.3.33"
    )
    .needs(NEEDS)
    .exclusive(),
];

/// Creates the object, changes it, and compacts history behind that; returns both states.
async fn seed(context: &Context) -> Verdict<[Pod; 2]> {
    let old = context.create(&pod("test-ns", "foo")).await?;
    context.create(&pod("test-ns", "other")).await?;
    let current = context
        .update(&key("test-ns", "foo"), |pod| pod.label("a", "1"))
        .await?;
    context.compact(version_of(&current)?).await?;
    Ok([old, current])
}

async fn a_bound_is_no_version_to_read(context: &Context) -> Verdict {
    let [old, current] = seed(context).await?;
    let bounded = GetOptions {
        resource_version: old.version().to_owned(),
        ..GetOptions::default()
    };
    let found = context
        .store()
        .get(&key("test-ns", "foo"), &bounded)
        .await?;
    expect_eq("the object", found, Some(current))
}

async fn a_suggestion_is_no_version_to_read(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let [old, current] = seed(context).await?;
    let mut update = RecordedUpdate::changing(&old, |pod| pod.label("b", "1"));
    let store = context.store();
    let updated = store
        .guaranteed_update(&at, update_suggesting(&old), &mut update)
        .await?;
    update.expect_settled_on(&current)?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&old);
    store.delete(&at, options, &mut validation).await?;
    validation.expect_settled_on(&updated)?;
    context.expect_missing(&at).await
}
