use futures::future::try_join;
use storeproof_wire::etcdserverpb::WatchCreateRequest;

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, case, context::revision, expect_eq, seen::Seen,
    shape, transaction::doing, watching::Watch,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        from_no_revision_there_is_no_history,
        "A watch without a start revision tells what comes after its creation, and nothing that was before.",
        "WCH-07"
    ),
    case!(
        Tier::Kubernetes,
        from_the_past_every_change_comes_once,
        "A watch from a past revision tells every change since then and every one after, without a gap and none twice.",
        "WCH-08"
    ),
    case!(
        Tier::Kubernetes,
        the_first_write_is_not_missed,
        "A watch from the next revision tells the first write, also one that races with its creation.",
        "WCH-09"
    ),
    case!(
        Tier::Kubernetes,
        from_the_future_nothing_comes_before,
        "A watch from a future revision tells nothing before that revision, and everything from it on.",
        "WCH-10"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        long_histories_are_complete,
        "A watch over a history of more than 1000 revisions tells all of it, in order.",
        "WCH-29"
    ),
];

async fn from_no_revision_there_is_no_history(context: &Context) -> Verdict {
    context.write("a", "1").await?;
    context.write("a", "2").await?;
    context.erase("a").await?;
    context.write("b", "1").await?;
    let mut watch = context.watch(context.watch_all("")).await?;
    let written = context.write("a", "3").await?;
    let events = watch.events_until(written).await?;
    let expected = vec![Seen::put("a", written)];
    expect_eq("what the watch sees", context.seen(&events), expected)
}

async fn from_the_past_every_change_comes_once(context: &Context) -> Verdict {
    context.write("a", "0").await?;
    let first = context.write("a", "1").await?;
    let mut expected = vec![
        Seen::put("a", first),
        Seen::put("b", context.write("b", "1").await?),
        Seen::deleted("a", context.erase("a").await?),
        Seen::put("a", context.write("a", "2").await?),
    ];
    let mut watch = context.watch(context.watch_from(first)).await?;
    expected.push(Seen::put("b", context.write("b", "2").await?));
    expected.push(Seen::deleted("b", context.erase("b").await?));
    let fence = context.write("c", "1").await?;
    expected.push(Seen::put("c", fence));
    let events = watch.events_until(fence).await?;
    expect_eq("what the watch sees", context.seen(&events), expected)
}

async fn the_first_write_is_not_missed(context: &Context) -> Verdict {
    for round in 0..20 {
        let name = format!("a{round}");
        let start_revision = context.revision().await? + 1;
        let request = WatchCreateRequest {
            start_revision,
            ..context.watch_one(&name)
        };
        let (mut watch, written) =
            try_join(context.watch(request), context.write(&name, "1")).await?;
        let events = watch.events_until(written).await?;
        let expected = vec![Seen::put(name, written)];
        expect_eq("what the watch sees", context.seen(&events), expected)?;
    }
    Ok(())
}

async fn from_the_future_nothing_comes_before(context: &Context) -> Verdict {
    let start = context.revision().await? + 20;
    let mut stream = context.stream().await?;
    let created = stream.created(context.watch_from(start)).await?;
    if revision(created.header.as_ref())? >= start {
        let reason = "Others wrote so much that the future became the past.";
        return Err(Fault::Inconclusive(reason.to_owned()));
    }
    let (mut expected, mut fence) = (Vec::new(), 0);
    for value in 0..40 {
        fence = context.write("a", value.to_string()).await?;
        if fence >= start {
            expected.push(Seen::put("a", fence));
        }
    }
    let id = created.watch_id;
    let events = Watch { stream, id }.events_until(fence).await?;
    let what = format!("what a watch from {start} sees");
    expect_eq(&what, context.seen(&events), expected)
}

/// etcd tells the past in messages of at most 1000 revisions; how many there are in one is its own affair.
async fn long_histories_are_complete(context: &Context) -> Verdict {
    let key = context.key("a");
    let write = |value: usize| doing([shape::put(&key, value.to_string(), 0)]);
    let mut expected = Vec::new();
    for round in 0..50 {
        let writes = (0..25).map(|one| context.commit(write(round * 25 + one)));
        let mut revisions = futures::future::try_join_all(writes).await?;
        revisions.sort_unstable();
        expected.extend(revisions.into_iter().map(|at| Seen::put("a", at)));
    }
    let first = context.get("a").await?.map_or(0, |kv| kv.create_revision);
    let mut watch = context.watch(context.watch_from(first)).await?;
    let fence = context.write("b", "1").await?;
    expected.push(Seen::put("b", fence));
    let events = context.seen(&watch.events_until(fence).await?);
    expect_eq("the number of events", events.len(), expected.len())?;
    let unlike = events.iter().zip(&expected).find(|(seen, due)| seen != due);
    expect_eq("the first event that should be another", unlike, None)
}
