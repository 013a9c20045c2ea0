use std::time::Duration;

use storeproof_wire::etcdserverpb::{LeaseGrantRequest, WatchResponse};
use tokio::time::Instant;

use crate::{
    Case, Context, Fault, Tier, Verdict, case, client::Elapsed, expect_eq, expect_that, phrase,
    seen::Seen, seen::revision_of, watching::Watch, watching::events_of,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        its_keys_go_when_its_time_is_over,
        "When a lease's time is over all its keys are deleted: no earlier, and soon after.",
        "LSE-05"
    ),
    case!(
        Tier::Parity,
        its_keys_go_in_one_revision,
        "A lease that ends deletes all its keys in one revision, told in one message with what was before.",
        "LSE-06 WCH-24"
    ),
    case!(
        Tier::Kubernetes,
        its_keys_can_be_created_again,
        "A key that went with its lease can be created again.",
        "LSE-11"
    ),
    case!(
        Tier::Kubernetes,
        a_key_that_left_it_stays,
        "A key that was written again without its lease stays when the lease ends.",
        "LSE-11"
    ),
];

/// What is asked for, in seconds: short, and above the shortest of a server with default timeouts.
const TTL: i64 = 2;

/// How long after the end of its time a lease's keys may still be there: servers look twice a second, and a busy machine may
/// be late.
const LATE: Duration = Duration::from_secs(6);

async fn its_keys_go_when_its_time_is_over(context: &Context) -> Verdict {
    let asked = Instant::now();
    let (lease, life) = granted(context).await?;
    let mut last = 0;
    for name in ["a", "b"] {
        last = context.put_leased(name, "1", lease).await?;
    }
    let mut watch = context.watch(context.watch_from(last + 1)).await?;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        let message = deletion(&mut watch, asked + life + LATE).await?;
        // Keys cannot go before the grant's time is over, and the grant came after it was asked for.
        let lived = asked.elapsed();
        expect_that(
            lived >= life,
            format!("the keys stay for {life:?}"),
            format!("one goes after {lived:?}"),
        )?;
        seen.extend(context.seen(&message.events));
    }
    let kvs = context.client().range(context.all("")).await?.kvs;
    expect_eq("what is left of the keys", phrase::key_values(&kvs), "[]")
}

async fn its_keys_go_in_one_revision(context: &Context) -> Verdict {
    let until = Instant::now() + LATE;
    let (lease, life) = granted(context).await?;
    let first = context.put_leased("a", "1", lease).await?;
    let second = context.put_leased("b", "1", lease).await?;
    let mut watch = context.watch(context.watch_from(second + 1)).await?;
    let message = deletion(&mut watch, until + life).await?;
    let gone = message.events.first().map_or(0, revision_of);
    let events = events_of(vec![message]);
    let mut told: Vec<_> = context
        .seen(&events)
        .into_iter()
        .zip(&events)
        .map(|(seen, event)| (seen, event.prev_kv.as_ref().map_or(0, |kv| kv.mod_revision)))
        .collect();
    told.sort();
    let expected = vec![
        (Seen::deleted("a", gone), first),
        (Seen::deleted("b", gone), second),
    ];
    expect_eq("the events, and the revisions before", told, expected)
}

async fn its_keys_can_be_created_again(context: &Context) -> Verdict {
    let until = Instant::now() + LATE;
    let (lease, life) = granted(context).await?;
    let written = context.put_leased("a", "1", lease).await?;
    let mut watch = context.watch(context.watch_from(written + 1)).await?;
    deletion(&mut watch, until + life).await?;
    let create = crate::shape::create(&context.key("a"), "2");
    let created = context.commit(create).await?;
    let kv = context.get("a").await?.unwrap_or_default();
    let told = (kv.create_revision, kv.version, kv.lease);
    let expected = (created, 1, 0);
    expect_eq("(create revision, version, lease)", told, expected)
}

async fn a_key_that_left_it_stays(context: &Context) -> Verdict {
    let until = Instant::now() + LATE;
    let (lease, life) = granted(context).await?;
    context.put_leased("a", "1", lease).await?;
    context.put_leased("z", "1", lease).await?;
    let left = context.write("a", "2").await?;
    let mut watch = context.watch(context.watch_from(left + 1)).await?;
    // Of servers that delete key by key, `z` is the last in order.
    let message = deletion(&mut watch, until + life).await?;
    let gone = message.events.first().map_or(0, revision_of);
    let seen = context.seen(&message.events);
    expect_eq("what goes", seen, vec![Seen::deleted("z", gone)])?;
    let fence = context.write("fence", "1").await?;
    let seen = context.seen(&watch.events_until(fence).await?);
    expect_eq("what comes next", seen, vec![Seen::put("fence", fence)])?;
    let kept = context
        .get("a")
        .await?
        .map(|kv| (kv.mod_revision, kv.lease));
    expect_eq("(revision, lease) of the key", kept, Some((left, 0)))
}

async fn granted(context: &Context) -> Verdict<(i64, Duration)> {
    let request = LeaseGrantRequest { ttl: TTL, id: 0 };
    let lease = context.client().grant(request).await?;
    let life = Duration::from_secs(lease.ttl.unsigned_abs());
    if life > LATE {
        let reason = format!("The server's shortest lease lives {life:?}, too long to wait for.");
        return Err(Fault::Inconclusive(reason));
    }
    Ok((lease.id, life))
}

/// The next message, which must come before `until`.
async fn deletion(watch: &mut Watch, until: Instant) -> Verdict<WatchResponse> {
    let limit = until.saturating_duration_since(Instant::now());
    match watch.stream.next_within(limit).await {
        Ok(Some(Ok(message))) => Ok(message),
        Ok(Some(Err(status))) => Err(status.into()),
        Ok(None) => Err(Fault::failed("the watch goes on", "its stream ends")),
        Err(Elapsed(_)) => Err(Fault::failed(
            format!("the keys of the lease go within {LATE:?} of the end of its time"),
            "nothing is told",
        )),
    }
}
