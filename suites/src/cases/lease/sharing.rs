use std::time::Duration;

use futures::future::try_join_all;
use storeproof::storage::{
    Event, LeaseManagerConfig, ResourceVersion, Update, UpdateOptions, Watch,
};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};
use tokio::time::timeout;

use super::{LONG, NEEDS};
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Fault, RecordedUpdate, Row, Verdict,
        deadline, expect_eq, expect_that, names, row_of, unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows PAIRS_ROWS,
        depends_on_the_times_to_live,
        "An object shares the lease of one written just before where it lives as long or a twentieth longer, up to a minute.",
        "store/6/11 store/6/81 store/4"
    )
    .needs(NEEDS),
    case!(
        ends_when_the_lease_is_full,
        "No more objects share a lease than the configuration allows; the next one gets a new lease.",
        "store/6/11 store/4"
    )
    .needs(NEEDS)
    .sharing_leases(AT_MOST_TWO),
    case!(
        counts_failed_writes,
        "A write that fails takes a place on the lease all the same.",
        "store/4"
    )
    .needs(NEEDS)
    .sharing_leases(AT_MOST_TWO),
    case!(
        can_be_switched_off,
        "Without time to reuse, no two objects share a lease.",
        "store/6/81 store/4"
    )
    .needs(NEEDS)
    .sharing_leases(LeaseManagerConfig {
        reuse_duration: Duration::ZERO,
        ..LeaseManagerConfig::DEFAULT
    }),
    case!(
        reaches_as_far_as_is_configured,
        "A lease is shared with objects that live longer by no more than the configuration allows.",
        "store/6/81 store/4"
    )
    .needs(NEEDS)
    .sharing_leases(LeaseManagerConfig {
        reuse_duration: Duration::from_secs(10),
        ..LeaseManagerConfig::DEFAULT
    }),
    case!(
        has_a_limit_where_none_is_configured,
        "Where no number of objects is configured, or none that makes sense, a lease is shared by a thousand.",
        "store/4"
    )
    .needs(NEEDS)
    .sharing_leases(LeaseManagerConfig {
        max_object_count: 0,
        ..LeaseManagerConfig::DEFAULT
    }),
    case!(
        holds_for_updates_too,
        "An object that is updated with a time to live shares the lease of one that was just created with as much.",
        "store/6/11 store/4"
    )
    .needs(NEEDS),
    case!(
        holds_between_concurrent_writers,
        "Objects that are created at the same time share one lease.",
        "store/6/81 store/4"
    )
    .needs(NEEDS),
    case!(
        means_one_end,
        "Objects that share a lease end in one version, and watches are told of each of them.",
        "store/6/81 store/4"
    )
    .needs(&[Capability::TimeToLive, Capability::Leases, Capability::SharedExpiry, Capability::Watch])
    .toothless("broken stores are made of the memory store, which ends each object by itself"),
];

const AT_MOST_TWO: LeaseManagerConfig = LeaseManagerConfig {
    max_object_count: 2,
    ..LeaseManagerConfig::DEFAULT
};

const PAIRS_ROWS: &[Row] = &names(&PAIRS);

/// Two times to live in seconds, and whether the second object shares the lease of the first.
const PAIRS: [(&str, (u64, u64, bool)); 8] = [
    ("same", (LONG, LONG, true)),
    ("a-little-longer", (LONG, LONG + 30, true)),
    ("more-than-a-minute-longer", (LONG, LONG + 61, false)),
    ("shorter", (LONG, LONG - 40, false)),
    ("much-shorter", (LONG, 1000, false)),
    ("short-and-a-little-longer", (400, 405, true)),
    ("short-and-more-than-a-twentieth-longer", (400, 421, false)),
    ("too-short-to-share", (19, 19, false)),
];

async fn lease_of_new(context: &Context, name: &str, seconds: u64) -> Verdict<i64> {
    context.create_for(&pod("ns", name), seconds).await?;
    let lease = context.lease_of(&key("ns", name)).await?;
    lease.ok_or_else(|| unexpected(format!("{name} hangs on a lease"), "it hangs on none"))
}

async fn depends_on_the_times_to_live(context: &Context, row: usize) -> Verdict {
    let (first, second, shared) = *row_of(&PAIRS, row);
    let one = lease_of_new(context, "one", first).await?;
    let other = lease_of_new(context, "other", second).await?;
    expect_eq("whether they share a lease", one == other, shared)
}

async fn ends_when_the_lease_is_full(context: &Context) -> Verdict {
    let mut leases = Vec::new();
    for name in ["a", "b", "c", "d"] {
        leases.push(lease_of_new(context, name, LONG).await?);
    }
    let pairs: Vec<bool> = leases
        .windows(2)
        .map(|pair| pair.first() == pair.last())
        .collect();
    expect_eq(
        "which share a lease with the next",
        pairs,
        vec![true, false, true],
    )
}

async fn counts_failed_writes(context: &Context) -> Verdict {
    let first = lease_of_new(context, "a", LONG).await?;
    let ttl = Some(Duration::from_secs(LONG));
    let again = pod("ns", "a");
    let again = context.store().create(&key("ns", "a"), &again, ttl).await;
    again.expect_exists()?;
    let next = lease_of_new(context, "b", LONG).await?;
    expect_that(
        next != first,
        "the third request, after two places were taken, gets a new lease",
        "it shares the first one",
    )
}

async fn can_be_switched_off(context: &Context) -> Verdict {
    let one = lease_of_new(context, "one", LONG).await?;
    let other = lease_of_new(context, "other", LONG).await?;
    expect_eq("whether they share a lease", one == other, false)
}

async fn holds_between_concurrent_writers(context: &Context) -> Verdict {
    let names: Vec<String> = (0..8).map(|number| format!("pod-{number}")).collect();
    let created = names.iter().map(|name| lease_of_new(context, name, LONG));
    let mut leases = try_join_all(created).await?;
    leases.dedup();
    expect_eq("the number of leases", leases.len(), 1)
}

/// Two objects that share a lease with the shortest time to live that can be shared, and a watch from the second on.
async fn shared_pair(context: &Context) -> Verdict<Watch<Pod>> {
    for attempt in 0..5 {
        let namespace = format!("attempt-{attempt}");
        let names = ["one", "other"];
        let mut leases = Vec::new();
        let mut last = ResourceVersion::UNSET;
        for name in names {
            let created = context.create_for(&pod(&namespace, name), 20).await?;
            leases.push(context.lease_of(&key(&namespace, name)).await?);
            last = version_of(&created)?;
        }
        if leases.first() == leases.last() {
            let below = format!("/pods/{namespace}/");
            return Ok(context.watch(&below, last).await?.into_inner());
        }
    }
    let slow = "No two objects were written within the second in which they can share a lease";
    Err(Fault::Inconclusive(slow.to_owned()))
}

async fn means_one_end(context: &Context) -> Verdict {
    let mut watch = shared_pair(context).await?;
    let mut ends = Vec::new();
    while ends.len() < 2 {
        let event = timeout(deadline::EXPIRY, watch.next()).await;
        match event.ok().flatten() {
            Some(Event::Deleted(last)) => ends.push(version_of(&last)?),
            other => return Err(unexpected("both objects expire", format!("{other:?}"))),
        }
    }
    let same = ends.first() == ends.last();
    expect_that(same, "both end in one version", format!("{ends:?}"))
}

async fn reaches_as_far_as_is_configured(context: &Context) -> Verdict {
    let first = lease_of_new(context, "first", LONG).await?;
    let near = lease_of_new(context, "near", LONG + 5).await?;
    let far = lease_of_new(context, "far", LONG + 30).await?;
    let shared = (first == near, near == far);
    expect_eq("which share a lease with the next", shared, (true, false))
}

async fn has_a_limit_where_none_is_configured(context: &Context) -> Verdict {
    let one = lease_of_new(context, "one", LONG).await?;
    let other = lease_of_new(context, "other", LONG).await?;
    expect_eq("whether they share a lease", one == other, true)
}

async fn holds_for_updates_too(context: &Context) -> Verdict {
    let at = key("ns", "updated");
    let updated = context.create(&pod("ns", "updated")).await?;
    let one = lease_of_new(context, "one", LONG).await?;
    let mut update = RecordedUpdate::new(|_| {
        Ok(Update {
            object: updated.clone().label("a", "1"),
            ttl: Some(Duration::from_secs(LONG)),
        })
    });
    context
        .store()
        .guaranteed_update(&at, UpdateOptions::default(), &mut update)
        .await?;
    let lease = context.lease_of(&at).await?;
    expect_eq("the lease of the updated object", lease, Some(one))
}
