use std::time::{Duration, Instant};

use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Verdict, expect_eq, expect_that, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        an_object_with_a_time_to_live_expires,
        "An object created for one second is deleted by itself, and watches are told its last state.",
        "store/5.3.2 IFC-11"
    )
    .needs(NEEDS),
    case!(
        no_object_expires_early,
        "From before its creation to its end, an object lives no shorter than was asked for.",
        "store/6/8"
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
        a_refused_creation_limits_no_life,
        "A creation with a time to live at a key that exists leaves the object that is there for ever.",
        "store/6/2 store/6/8"
    )
    .needs(NEEDS),
    case!(
        a_long_time_to_live_is_long,
        "An object that is to live for fifty days, more than 32 bits of milliseconds, is still there after some seconds.",
        "store/6/8"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::TimeToLive, Capability::Watch];

async fn an_object_with_a_time_to_live_expires(context: &Context) -> Verdict {
    let created = context
        .create_for(&pod("test-ns", "foo").label("a", "b"), 1)
        .await?;
    context.expect_expiry(&created).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![])
}

async fn no_object_expires_early(context: &Context) -> Verdict {
    let begun = Instant::now();
    let created = context.create_for(&pod("test-ns", "foo"), 5).await?;
    context.expect_expiry(&created).await?;
    let lived = begun.elapsed();
    expect_that(
        lived >= Duration::from_secs(5),
        "an object with five seconds to live is there for five seconds",
        format!("it is gone after {lived:?}"),
    )
}

async fn others_stay(context: &Context) -> Verdict {
    let permanent = context.create(&pod("test-ns", "permanent")).await?;
    let zero = context.create_for(&pod("test-ns", "zero"), 0).await?;
    let short = context.create_for(&pod("test-ns", "short"), 1).await?;
    let long = context.create_for(&pod("test-ns", "long"), 3600).await?;
    context.expect_expiry(&short).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![long, permanent, zero])
}

async fn an_expired_key_is_free(context: &Context) -> Verdict {
    let first = context.create_for(&pod("test-ns", "foo"), 1).await?;
    let end = context.expect_expiry(&first).await?;
    let again = context.create(&pod("test-ns", "foo")).await?;
    expect_that(
        version_of(&again)? > end,
        format!("the new object's version is larger than {end}"),
        again.version(),
    )?;
    let later = context.create_for(&pod("test-ns", "later"), 1).await?;
    context.expect_expiry(&later).await?;
    context.expect_stored(&key("test-ns", "foo"), &again).await
}

async fn a_deletion_ends_the_time_to_live(context: &Context) -> Verdict {
    context.create_for(&pod("test-ns", "foo"), 2).await?;
    context.delete(&key("test-ns", "foo")).await?;
    let again = context.create(&pod("test-ns", "foo")).await?;
    let later = context.create_for(&pod("test-ns", "later"), 2).await?;
    context.expect_expiry(&later).await?;
    context.expect_stored(&key("test-ns", "foo"), &again).await
}

async fn a_refused_creation_limits_no_life(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let second = Some(Duration::from_secs(1));
    let foo = pod("test-ns", "foo");
    let again = context.store().create(&at, &foo, second).await;
    again.expect_exists()?;
    let later = context.create_for(&pod("test-ns", "later"), 3).await?;
    context.expect_expiry(&later).await?;
    context.expect_stored(&at, &stored).await
}

async fn a_long_time_to_live_is_long(context: &Context) -> Verdict {
    // Seconds that are 704 milliseconds in 32 bits.
    let long = context
        .create_for(&pod("test-ns", "foo"), 4_294_968)
        .await?;
    let later = context.create_for(&pod("test-ns", "later"), 2).await?;
    context.expect_expiry(&later).await?;
    context.expect_stored(&key("test-ns", "foo"), &long).await
}
