use std::collections::BTreeMap;

use bytes::Bytes;
use storeproof_wire::etcdserverpb::RangeRequest;
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish,
    breaking::{end, heal},
    case,
    cases::lease::renewal::time_to_live,
    expect_eq, expect_refused, expect_that,
    seen::Seen,
    watching::Watch,
};
use load::{Acknowledged, Mix, killed_under_load};

mod load;

pub(super) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        what_was_acknowledged_outlives_a_kill,
        "Every write that was acknowledged before the server was killed under load is there afterwards, at its revision, and \
         the revision does not go back.",
        "DUR-01"
    )
    .needs(&[Need::OwnServer, Need::Control]),
    case!(
        Tier::Kubernetes,
        deletions_leases_and_compactions_outlive_a_kill,
        "Deletions, leases and compactions that were acknowledged before the server was killed under load hold afterwards.",
        "DUR-02"
    )
    .needs(&[Need::OwnServer, Need::Control]),
    case!(
        Tier::Parity,
        everything_outlives_an_orderly_end,
        "A server that was asked to end comes back with its revision, its compacted revision and its leases.",
        "DUR-03"
    )
    .needs(&[Need::OwnServer, Need::Control]),
    case!(
        Tier::Kubernetes,
        a_watch_goes_on_after_a_kill,
        "A watch that goes on behind its last event after the server was killed under load misses nothing.",
        "DUR-04"
    )
    .needs(&[Need::OwnServer, Need::Control]),
];

async fn what_was_acknowledged_outlives_a_kill(context: &Context) -> Verdict {
    let (owned, context) = context.own(&controlled()).await?;
    let acknowledged = killed_under_load(&context, &*owned, Mix::Creations).await?;
    let context = context.on(&*owned).await?;
    let (found, now) = found(&context).await?;
    let last = acknowledged.writes.values().map(|(revision, _)| *revision);
    let last = last.max().unwrap_or(0);
    expect_that(
        now >= last,
        format!("the revision is {last} or later"),
        format!("it is {now}"),
    )?;
    all_found(&acknowledged, &found)?;
    let next = context.write("next", "1").await?;
    expect_that(
        next > now,
        format!("a write is later than {now}"),
        format!("it is at {next}"),
    )?;
    owned.stop().await;
    Ok(())
}

async fn deletions_leases_and_compactions_outlive_a_kill(context: &Context) -> Verdict {
    let (owned, context) = context.own(&controlled()).await?;
    let acknowledged = killed_under_load(&context, &*owned, Mix::Everything).await?;
    let context = context.on(&*owned).await?;
    let (found, _) = found(&context).await?;
    all_found(&acknowledged, &found)?;
    for lease in &acknowledged.leases {
        let ttl = time_to_live(context.client(), *lease, false).await?.ttl;
        expect_that(
            ttl > 0,
            format!("lease {lease} is still there"),
            format!("its time is {ttl} s"),
        )?;
    }
    let compacted = acknowledged.compacted;
    expect_that(
        compacted > 1,
        "history was compacted meanwhile",
        "it was not",
    )?;
    let past = RangeRequest {
        revision: compacted - 1,
        ..context.all("")
    };
    expect_refused(
        context.client().range(past).await,
        Code::OutOfRange,
        "etcdserver: mvcc: required revision has been compacted",
    )?;
    owned.stop().await;
    Ok(())
}

async fn everything_outlives_an_orderly_end(context: &Context) -> Verdict {
    let (owned, context) = context.own(&controlled()).await?;
    let lease = context.grant(600).await?;
    context.write("a", "1").await?;
    let compacted = context.write("a", "2").await?;
    let written = context.put_leased("b", "1", lease).await?;
    context.compact(compacted).await?;
    let before = context.revision().await?;
    end(&*owned, 0).await?;
    heal(&*owned).await?;
    let context = context.on(&*owned).await?;
    expect_eq("the revision", context.revision().await?, before)?;
    let kv = context.get("b").await?.unwrap_or_default();
    let told = (kv.mod_revision, kv.lease);
    expect_eq("(revision, lease) of the key", told, (written, lease))?;
    let answer = time_to_live(context.client(), lease, true).await?;
    expect_eq("the keys of the lease", answer.keys, vec![context.key("b")])?;
    let at = |revision| RangeRequest {
        revision,
        ..context.one("a")
    };
    let kept = context.client().range(at(compacted)).await?.kvs.len();
    expect_eq("the keys at the compacted revision", kept, 1)?;
    expect_refused(
        context.client().range(at(compacted - 1)).await,
        Code::OutOfRange,
        "etcdserver: mvcc: required revision has been compacted",
    )?;
    owned.stop().await;
    Ok(())
}

async fn a_watch_goes_on_after_a_kill(context: &Context) -> Verdict {
    let (owned, context) = context.own(&controlled()).await?;
    let first = context.write("first", "1").await?;
    let mut watch = context.watch(context.watch_from(first)).await?;
    // What the watch told before the kill: at least this.
    let told = watch.events_until(first).await?;
    killed_under_load(&context, &*owned, Mix::Creations).await?;
    let mut seen = context.seen(&told);
    while let Ok(Some(Ok(message))) = watch.stream.next_within(crate::limits::EVENT).await {
        seen.extend(context.seen(&message.events));
    }
    let last = seen.last().map_or(first, Seen::revision);
    let context = context.on(&*owned).await?;
    let Watch { stream, id } = context.watch(context.watch_from(last + 1)).await?;
    let fence = context.write("fence", "1").await?;
    let events = Watch { stream, id }.events_until(fence).await?;
    seen.extend(context.seen(&events));
    // Every key was written once: what is stored is everything that happened.
    let (stored, _) = found(&context).await?;
    let name = |key: Bytes| {
        let name = key.strip_prefix(&context.prefix()[..]).unwrap_or(&key);
        name.escape_ascii().to_string()
    };
    let stored = stored.into_iter().map(|(key, at)| Seen::put(name(key), at));
    let mut stored: Vec<Seen> = stored.collect();
    stored.sort_by_key(Seen::revision);
    expect_eq("the number of events", seen.len(), stored.len())?;
    let unlike = seen.iter().zip(&stored).find(|(seen, due)| seen != due);
    expect_eq("the first event that should be another", unlike, None)?;
    owned.stop().await;
    Ok(())
}

fn controlled() -> Wish {
    Wish {
        control: true,
        ..Wish::default()
    }
}

/// Every key of the case's with its revision, and the store's.
async fn found(context: &Context) -> Verdict<(BTreeMap<Bytes, i64>, i64)> {
    let answer = context.client().range(context.all("")).await?;
    let now = crate::context::revision(answer.header.as_ref())?;
    let keys = answer.kvs.into_iter().map(|kv| (kv.key, kv.mod_revision));
    Ok((keys.collect(), now))
}

fn all_found(acknowledged: &Acknowledged, found: &BTreeMap<Bytes, i64>) -> Verdict {
    for (key, (revision, written)) in &acknowledged.writes {
        let expected = written.then_some(revision);
        let what = format!("the revision of {}", crate::phrase::bytes(key));
        expect_eq(&what, found.get(key), expected)?;
    }
    Ok(())
}
