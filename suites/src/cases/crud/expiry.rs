use std::time::Duration;

use storeproof::storage::{ResourceVersion, Update, WatchOptions, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, key_of, pod};
use tokio::time::timeout;

use crate::{
    case,
    harness::{
        Capability, Case, Context, Verdict, Watching, deadline, expect_eq, expect_that, unexpected,
        update_or_create, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        an_object_with_a_time_to_live_expires,
        "An object created for one second is deleted by itself, and watches are told its last state.",
        "store/5.3.2"
    )
    .needs(NEEDS),
    case!(
        others_stay,
        "What was created for ever, or for longer, is still there when a neighbour has expired.",
        "store/6/8"
    )
    .needs(NEEDS),
    case!(
        an_expired_key_is_free,
        "The key of an expired object can be created again, and the new object stays.",
        "store/6/3"
    )
    .needs(NEEDS),
    case!(
        a_deletion_ends_the_time_to_live,
        "The time to live of a deleted object does not run on: what is created at its key stays.",
        "store/6/3 store/6/8"
    )
    .needs(NEEDS),
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
];

const NEEDS: &[Capability] = &[Capability::TimeToLive, Capability::Watch];
const SECOND: Option<Duration> = Some(Duration::from_secs(1));

/// The object is deleted by itself, and is told to watches as it was; returns the version of its end.
pub(in crate::cases) async fn expect_expiry(
    context: &Context,
    pod: &Pod,
) -> Verdict<ResourceVersion> {
    let options = WatchOptions {
        resource_version: pod.version().to_owned(),
        predicate: everything(),
        recursive: false,
        ..WatchOptions::default()
    };
    let watch = context.watch_with(&key_of(pod), options).await?;
    let end = version_of_end(watch, pod).await?;
    context.expect_missing(&key_of(pod)).await?;
    Ok(end)
}

async fn version_of_end(watch: Watching, pod: &Pod) -> Verdict<ResourceVersion> {
    let mut watch = watch.into_inner();
    let event = timeout(deadline::EXPIRY, watch.next()).await;
    let event = event.map_err(|_| {
        unexpected(
            "the object expires",
            format!("no event for {:?}", deadline::EXPIRY),
        )
    })?;
    let last = event.as_ref().and_then(|event| event.object());
    let Some(last) = last.cloned() else {
        return Err(unexpected("DELETED", format!("{event:?}")));
    };
    let kind = event.as_ref().map(|event| event.kind());
    expect_eq("the event", kind, Some("DELETED"))?;
    let end = version_of(&last)?;
    expect_eq("the last state", last, pod.clone().at(&end.to_string()))?;
    expect_that(
        end > version_of(pod)?,
        format!("the version of the end is larger than {}", pod.version()),
        end.to_string(),
    )?;
    Ok(end)
}

async fn an_object_with_a_time_to_live_expires(context: &Context) -> Verdict {
    let created = context
        .create_for(&pod("test-ns", "foo").label("a", "b"), 1)
        .await?;
    expect_expiry(context, &created).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![])
}

async fn others_stay(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "permanent")).await?;
    let zero = context.create_for(&pod("test-ns", "zero"), 0).await?;
    let short = context.create_for(&pod("test-ns", "short"), 1).await?;
    let long = context.create_for(&pod("test-ns", "long"), 3600).await?;
    expect_expiry(context, &short).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![long, permanent, zero])
}

async fn an_expired_key_is_free(context: &Context) -> Verdict {
    let first = context.create_for(&pod("test-ns", "foo"), 1).await?;
    let end = expect_expiry(context, &first).await?;
    let again = context.create(&pod("test-ns", "foo")).await?;
    expect_that(
        version_of(&again)? > end,
        format!("the new object's version is larger than {end}"),
        again.version(),
    )?;
    let later = context.create_for(&pod("test-ns", "later"), 1).await?;
    expect_expiry(context, &later).await?;
    context.expect_stored(&key("test-ns", "foo"), &again).await
}

async fn a_deletion_ends_the_time_to_live(context: &Context) -> Verdict {
    context.create_for(&pod("test-ns", "foo"), 2).await?;
    context.delete(&key("test-ns", "foo")).await?;
    let again = context.create(&pod("test-ns", "foo")).await?;
    let later = context.create_for(&pod("test-ns", "later"), 2).await?;
    expect_expiry(context, &later).await?;
    context.expect_stored(&key("test-ns", "foo"), &again).await
}

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
    expect_expiry(context, &created).await.map(drop)
}

async fn an_update_can_limit_the_life_of_an_object(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "foo")).await?;
    let updated = update_for(context, &permanent.label("changed", "yes"), SECOND).await?;
    expect_expiry(context, &updated).await.map(drop)
}

async fn an_update_can_prolong_the_life_of_an_object(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 3).await?;
    let hour = Some(Duration::from_secs(3600));
    let updated = update_for(context, &limited.label("changed", "yes"), hour).await?;
    let later = context.create_for(&pod("test-ns", "later"), 3).await?;
    expect_expiry(context, &later).await?;
    context
        .expect_stored(&key("test-ns", "foo"), &updated)
        .await
}

async fn an_update_without_time_to_live_is_for_ever(context: &Context) -> Verdict {
    let limited = context.create_for(&pod("test-ns", "foo"), 3).await?;
    let updated = update_for(context, &limited.label("changed", "yes"), None).await?;
    // Created later for as long: when this one is gone, the other one would be gone as well.
    let later = context.create_for(&pod("test-ns", "later"), 3).await?;
    expect_expiry(context, &later).await?;
    context
        .expect_stored(&key("test-ns", "foo"), &updated)
        .await
}
