use std::time::Duration;

use storeproof::storage::{Update, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, cluster_pod, key, key_of, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, RecordedUpdate, Verdict, expect_eq, update_or_create,
        update_suggesting,
    },
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
        an_update_that_changes_nothing_limits_no_life,
        "An update that changes nothing attaches no time to live, whatever it asks for: the object stays.",
        "store/6/42 store/3.6"
    )
    .needs(NEEDS),
    case!(
        an_update_that_changes_nothing_prolongs_no_life,
        "An update that changes nothing refreshes no time to live: the object expires, without another event before.",
        "store/6/42 store/3.6"
    )
    .needs(NEEDS),
    case!(
        an_update_can_shorten_the_life_of_an_object,
        "An update with a shorter time to live makes an object expire that would have lived for long.",
        "store/6/42"
    )
    .needs(NEEDS),
    case!(
        a_suggestion_changes_no_time_to_live,
        "An update with a time to live on a fresh suggestion makes the object expire as one without a suggestion does.",
        "store/3.6 store/6/42"
    )
    .needs(NEEDS),
    case!(
        an_update_for_no_time_is_for_ever,
        "An update that writes with a time to live of zero makes the object permanent.",
        "store/6/42 store/3.6"
    )
    .needs(NEEDS),
    case!(
        the_last_call_decides,
        "How long an object lives is what the call says that is written, not one that lost against somebody else.",
        "store/3.6 store/6/42"
    )
    .needs(NEEDS),
    case!(
        a_stale_value_is_rewritten_for_as_long_as_is_said,
        "An update that rewrites a stale value as it is makes the object permanent or expire, as any that writes.",
        "store/3.6 store/6/42 store/6/48"
    )
    .needs(&[Capability::TimeToLive, Capability::Watch, Capability::Transformer]),
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

async fn an_update_that_changes_nothing_limits_no_life(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "foo")).await?;
    let updated = update_for(context, &permanent, SECOND).await?;
    expect_eq("the result of the update", &updated, &permanent)?;
    // Created later and for longer: when this one is gone, the other one would be gone as well.
    let later = context.create_for(&pod("test-ns", "later"), 3).await?;
    context.expect_expiry(&later).await?;
    context
        .expect_stored(&key("test-ns", "foo"), &permanent)
        .await
}

async fn an_update_that_changes_nothing_prolongs_no_life(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 2).await?;
    let hour = Some(Duration::from_secs(3600));
    let updated = update_for(context, &limited, hour).await?;
    expect_eq("the result of the update", &updated, &limited)?;
    context.expect_expiry(&limited).await.map(drop)
}

async fn an_update_can_shorten_the_life_of_an_object(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 3600).await?;
    let updated = update_for(context, &limited.label("changed", "yes"), SECOND).await?;
    context.expect_expiry(&updated).await.map(drop)
}

async fn a_suggestion_changes_no_time_to_live(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "foo")).await?;
    let wanted = permanent.clone().label("changed", "yes");
    let mut update = RecordedUpdate::new(|_| {
        Ok(Update {
            object: wanted.clone(),
            ttl: SECOND,
        })
    });
    let (at, options) = (key_of(&permanent), update_suggesting(&permanent));
    let store = context.store();
    let updated = store.guaranteed_update(&at, options, &mut update).await?;
    context.expect_expiry(&updated).await.map(drop)
}

/// An object that lives for three seconds from now on is gone, and this one is not.
async fn outlives(context: &Context, pod: &Pod) -> Verdict {
    let later = context.create_for(&cluster_pod("later"), 3).await?;
    context.expect_expiry(&later).await?;
    context.expect_stored(&key_of(pod), pod).await
}

async fn an_update_for_no_time_is_for_ever(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "foo")).await?;
    let wanted = permanent.label("changed", "yes");
    let updated = update_for(context, &wanted, Some(Duration::ZERO)).await?;
    outlives(context, &updated).await
}

/// An update that is called twice, once for a second: at first, or at last.
async fn twice_for(context: &Context, first_is_limited: bool) -> Verdict<Pod> {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::new(|current| {
        let current = current.unwrap_or_default();
        let first = current.metadata.labels.is_none();
        Ok(Update {
            object: current.label("mine", "1"),
            ttl: SECOND.filter(|_| first == first_is_limited),
        })
    })
    .meanwhile(async {
        context
            .update(&at, |pod| pod.label("theirs", "1"))
            .await
            .map(drop)
    });
    let store = context.store();
    let updated = store
        .guaranteed_update(&at, update_or_create(), &mut update)
        .await?;
    expect_eq("calls of the update", update.calls(), 2)?;
    Ok(updated)
}

async fn the_last_call_decides(context: &Context) -> Verdict {
    let updated = twice_for(context, true).await?;
    outlives(context, &updated).await?;
    context.delete(&key_of(&updated)).await?;
    let updated = twice_for(context, false).await?;
    context.expect_expiry(&updated).await.map(drop)
}

async fn a_stale_value_is_rewritten_for_as_long_as_is_said(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 2).await?;
    context.transformer().set_stale(true);
    let rewritten = update_for(context, &limited, None).await?;
    outlives(context, &rewritten).await?;
    let rewritten = update_for(context, &rewritten, SECOND).await?;
    context.expect_expiry(&rewritten).await.map(drop)
}
