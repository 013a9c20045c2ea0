use std::time::Duration;

use storeproof::storage::{Update, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, key, key_of, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_eq, update_or_create},
};

pub(super) const CASES: &[Case] = &[
    case!(
        an_update_can_create_for_a_time,
        "An object that an update creates with a time to live expires.",
        "store/5.3.30"
    )
    .needs(NEEDS),
    case!(
        an_update_can_limit_the_life_of_an_object,
        "An update with a time to live makes an object expire that was there for ever.",
        "store/6/42"
    )
    .needs(NEEDS),
    case!(
        an_update_can_prolong_the_life_of_an_object,
        "An update with a longer time to live keeps an object that would have expired by now.",
        "store/6/42"
    )
    .needs(NEEDS),
    // The interface's documentation says that an update without a time to live keeps the old one; no store does.
    case!(
        an_update_without_time_to_live_is_for_ever,
        "An update that writes without a time to live makes the object permanent.",
        "store/6/42"
    )
    .needs(NEEDS),
    case!(
        an_update_that_changes_nothing_prolongs_nothing,
        "An update that changes nothing leaves the object's life as long as it was, whatever time to live it asks for.",
        "store/6/42"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::TimeToLive, Capability::Watch];
const SECOND: Option<Duration> = Some(Duration::from_secs(1));

async fn update_for(context: &Context, wanted: &Pod, ttl: Option<Duration>) -> Verdict<Pod> {
    let mut update = update_with(|_, _| {
        Ok(Update {
            object: wanted.clone(),
            ttl,
        })
    });
    let (store, key) = (context.store(), key_of(wanted));
    Ok(store
        .guaranteed_update(&key, update_or_create(), &mut update)
        .await?)
}

async fn an_update_can_create_for_a_time(context: &Context) -> Verdict {
    let created = update_for(context, &pod("test-ns", "foo"), SECOND).await?;
    context.expect_expiry(&created).await.map(drop)
}

async fn an_update_can_limit_the_life_of_an_object(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "foo")).await?;
    let updated = update_for(context, &permanent.label("changed", "yes"), SECOND).await?;
    context.expect_expiry(&updated).await.map(drop)
}

async fn an_update_can_prolong_the_life_of_an_object(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 2).await?;
    let hour = Some(Duration::from_secs(3600));
    let updated = update_for(context, &limited.label("changed", "yes"), hour).await?;
    let later = context.create_for(&pod("test-ns", "later"), 3).await?;
    context.expect_expiry(&later).await?;
    context
        .expect_stored(&key("test-ns", "foo"), &updated)
        .await
}

async fn an_update_without_time_to_live_is_for_ever(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 2).await?;
    let updated = update_for(context, &limited.label("changed", "yes"), None).await?;
    // Created later and for longer: when this one is gone, the other one would be gone as well.
    let later = context.create_for(&pod("test-ns", "later"), 3).await?;
    context.expect_expiry(&later).await?;
    context
        .expect_stored(&key("test-ns", "foo"), &updated)
        .await
}

async fn an_update_that_changes_nothing_prolongs_nothing(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 2).await?;
    let hour = Some(Duration::from_secs(3600));
    let same = update_for(context, &limited, hour).await?;
    expect_eq("what the update returns", &same, &limited)?;
    context.expect_expiry(&limited).await.map(drop)
}
