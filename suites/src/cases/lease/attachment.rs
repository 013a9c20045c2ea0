use std::time::Duration;

use storeproof::storage::Update;
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use super::{LONG, NEEDS};
use crate::{
    case,
    harness::{Case, Context, RecordedUpdate, Verdict, expect_eq, expect_that, update_or_create},
};

pub(super) const CASES: &[Case] = &[
    case!(
        is_there_with_a_time_to_live_only,
        "An object that is created with a time to live hangs on a lease, one without or with none of zero seconds does not.",
        "store/6/11 store/4"
    )
    .needs(NEEDS),
    case!(
        comes_with_an_update,
        "An update that writes with a time to live hangs the object on a lease, also where it creates the object.",
        "store/6/11 store/6/42"
    )
    .needs(NEEDS),
    // The interface's documentation says that the object keeps its time to live; no store does.
    case!(
        goes_with_an_update_without_time_to_live,
        "An update that writes without a time to live takes the object off its lease.",
        "store/6/11 store/6/42"
    )
    .needs(NEEDS),
    case!(
        stays_where_nothing_is_written,
        "An update that changes nothing leaves the object on the lease that it hangs on, or on none.",
        "store/6/42 store/3.6"
    )
    .needs(NEEDS),
    case!(
        does_not_outlive_its_object,
        "An object that is created for ever at the key of a deleted one with a lease hangs on none.",
        "store/6/11"
    )
    .needs(NEEDS),
];

const FOO: &str = "/pods/ns/foo";

/// Wants this Pod stored for so many seconds, for ever where that is zero.
async fn put(context: &Context, wanted: Pod, seconds: u64) -> Verdict<Pod> {
    let mut update = RecordedUpdate::new(|_| {
        Ok(Update {
            object: wanted.clone(),
            ttl: (seconds > 0).then(|| Duration::from_secs(seconds)),
        })
    });
    let store = context.store();
    Ok(store
        .guaranteed_update(FOO, update_or_create(), &mut update)
        .await?)
}

async fn expect_lease(context: &Context, expected: bool) -> Verdict<Option<i64>> {
    let lease = context.lease_of(FOO).await?;
    expect_eq(
        "whether the object hangs on a lease",
        lease.is_some(),
        expected,
    )?;
    Ok(lease)
}

async fn is_there_with_a_time_to_live_only(context: &Context) -> Verdict {
    context.create_for(&pod("ns", "foo"), LONG).await?;
    expect_lease(context, true).await?;
    context.create_for(&pod("ns", "zero"), 0).await?;
    context.create(&pod("ns", "ever")).await?;
    for name in ["zero", "ever"] {
        let lease = context.lease_of(&key("ns", name)).await?;
        expect_eq("the lease of what stays for ever", lease, None)?;
    }
    Ok(())
}

async fn comes_with_an_update(context: &Context) -> Verdict {
    put(context, pod("ns", "foo"), LONG).await?;
    let first = expect_lease(context, true).await?;
    context.delete(FOO).await?;
    context.create(&pod("ns", "foo")).await?;
    expect_lease(context, false).await?;
    put(context, pod("ns", "foo").label("a", "1"), 3 * LONG).await?;
    let second = expect_lease(context, true).await?;
    expect_that(
        first != second,
        "a much longer time to live has another lease",
        format!("{second:?} again"),
    )
}

async fn goes_with_an_update_without_time_to_live(context: &Context) -> Verdict {
    context.create_for(&pod("ns", "foo"), LONG).await?;
    expect_lease(context, true).await?;
    put(context, pod("ns", "foo").label("a", "1"), 0).await?;
    expect_lease(context, false).await.map(drop)
}

async fn stays_where_nothing_is_written(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    put(context, created, LONG).await?;
    expect_lease(context, false).await?;
    let leased = put(context, pod("ns", "foo").label("a", "1"), LONG).await?;
    let before = expect_lease(context, true).await?;
    for seconds in [0, 3 * LONG] {
        put(context, leased.clone(), seconds).await?;
        let after = context.lease_of(FOO).await?;
        expect_eq("the lease after nothing changed", after, before)?;
    }
    Ok(())
}

async fn does_not_outlive_its_object(context: &Context) -> Verdict {
    context.create_for(&pod("ns", "foo"), LONG).await?;
    expect_lease(context, true).await?;
    context.delete(FOO).await?;
    context.create(&pod("ns", "foo")).await?;
    expect_lease(context, false).await.map(drop)
}
