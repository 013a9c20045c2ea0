use std::time::Duration;

use storeproof_wire::etcdserverpb::{LeaseGrantRequest, MoveLeaderRequest, StatusRequest};
use tokio::time::{Instant, sleep_until};

use super::renewal::time_to_live;
use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish,
    breaking::{heal, kill},
    case,
    client::Elapsed,
    expect_eq, expect_that,
    seen::Seen,
    seen::revision_of,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        it_outlives_a_restart,
        "A lease and its keys are still there after the server was killed, and have the time left that was promised.",
        "LSE-12"
    )
    .needs(&[Need::OwnServer, Need::Control]),
    case!(
        Tier::Parity,
        it_outlives_a_leader,
        "A lease and its keys are still there after another member leads, and have the time left that was promised.",
        "LSE-12"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Kubernetes,
        what_could_not_be_deleted_is_deleted_later,
        "The keys of a lease that ended while nothing could be written are deleted as soon as something can.",
        "LSE-13"
    )
    .needs(&[Need::OwnCluster, Need::Control]),
];

/// How long after the cluster works again a lease may live on: a new leader begins its time anew.
const LATE: Duration = Duration::from_secs(12);

async fn it_outlives_a_restart(context: &Context) -> Verdict {
    let wish = Wish {
        control: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let asked = Instant::now();
    let lease = context.grant(600).await?;
    let written = context.put_leased("a", "1", lease).await?;
    kill(&*owned, 0).await?;
    heal(&*owned).await?;
    let context = context.on(&*owned).await?;
    as_promised(&context, (lease, written), asked).await?;
    owned.stop().await;
    Ok(())
}

async fn it_outlives_a_leader(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let asked = Instant::now();
    let lease = context.grant(600).await?;
    let written = context.put_leased("a", "1", lease).await?;
    let mut ids = Vec::new();
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        let answer = client
            .maintenance()
            .status(StatusRequest {})
            .await?
            .into_inner();
        let id = answer.header.map_or(0, |header| header.member_id);
        ids.push((client, id, answer.leader));
    }
    let leads = |(_, id, leader): &&(_, u64, u64)| id == leader;
    let (Some((leader, id, _)), Some((_, target_id, _))) =
        (ids.iter().find(leads), ids.iter().find(|each| !leads(each)))
    else {
        return Err(Fault::Broken("The cluster has no leader.".to_owned()));
    };
    expect_that(id != target_id, "two members", "one")?;
    let request = MoveLeaderRequest {
        target_id: *target_id,
    };
    leader.maintenance().move_leader(request).await?;
    as_promised(&context, (lease, written), asked).await?;
    owned.stop().await;
    Ok(())
}

/// The lease of ten minutes has what is left of them since it was asked for, or more, and its key is as it was.
async fn as_promised(context: &Context, (lease, written): (i64, i64), asked: Instant) -> Verdict {
    let kv = context.get("a").await?.unwrap_or_default();
    let told = (kv.mod_revision, kv.lease);
    expect_eq("(revision, lease) of the key", told, (written, lease))?;
    let answer = time_to_live(context.client(), lease, true).await?;
    expect_eq("the keys of the lease", answer.keys, vec![context.key("a")])?;
    // A second is lost where it is rounded down.
    let promised = 600 - i64::try_from(asked.elapsed().as_secs()).unwrap_or(600) - 2;
    expect_that(
        answer.ttl >= promised,
        format!("{promised} s or more are left of the lease"),
        format!("{} s are left", answer.ttl),
    )
}

async fn what_could_not_be_deleted_is_deleted_later(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        control: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let lease = LeaseGrantRequest { ttl: 3, id: 0 };
    let lease = context.client().grant(lease).await?;
    let over = Instant::now() + Duration::from_secs(lease.ttl.unsigned_abs());
    let written = context.put_leased("a", "1", lease.id).await?;
    for member in [1, 2] {
        kill(&*owned, member).await?;
    }
    sleep_until(over + Duration::from_secs(1)).await;
    heal(&*owned).await?;
    let context = context.on(&*owned).await?;
    let mut watch = context.watch(context.watch_from(written + 1)).await?;
    let message = match watch.stream.next_within(LATE).await {
        Ok(Some(Ok(message))) => message,
        Err(Elapsed(_)) => {
            let expected = format!("the key of the lease goes within {LATE:?}");
            return Err(Fault::failed(expected, "nothing is told"));
        }
        _ => return Err(Fault::failed("the watch goes on", "its stream ends")),
    };
    let gone = message.events.first().map_or(0, revision_of);
    let seen = context.seen(&message.events);
    expect_eq("what goes", seen, vec![Seen::deleted("a", gone)])?;
    owned.stop().await;
    Ok(())
}
