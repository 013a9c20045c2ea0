use crate::{
    Case, Context, Need, Tier, Verdict, WatchStream, case, expect_eq, expect_that, seen::Seen,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        what_was_compacted_is_not_told,
        "A watch from a revision that was compacted is created, and then cancelled with the compacted revision and without \
         events.",
        "WCH-11"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        the_stream_goes_on_after_it,
        "The stream on which a watch ended because of compaction serves other watches.",
        "WCH-11"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        the_compacted_revision_itself_is_told,
        "A watch from just the revision at which history was compacted tells everything from there on.",
        "WCH-12"
    )
    .needs(&[Need::Quiet]),
];

async fn what_was_compacted_is_not_told(context: &Context) -> Verdict {
    let compacted = compacted(context).await?;
    let mut stream = context.stream().await?;
    ended_by_compaction(context, &mut stream, compacted).await
}

async fn the_stream_goes_on_after_it(context: &Context) -> Verdict {
    let compacted = compacted(context).await?;
    let mut stream = context.stream().await?;
    let before = stream.created(context.watch_one("b")).await?.watch_id;
    ended_by_compaction(context, &mut stream, compacted).await?;
    let after = stream.created(context.watch_one("c")).await?.watch_id;
    for (name, id) in [("b", before), ("c", after)] {
        let written = context.write(name, "1").await?;
        let message = stream.next().await?;
        let told = (message.watch_id, context.seen(&message.events));
        expect_eq(
            "the next message",
            told,
            (id, vec![Seen::put(name, written)]),
        )?;
    }
    Ok(())
}

async fn the_compacted_revision_itself_is_told(context: &Context) -> Verdict {
    let compacted = compacted(context).await?;
    let mut watch = context.watch(context.watch_from(compacted)).await?;
    let fence = context.write("a", "fence").await?;
    let events = watch.events_until(fence).await?;
    let expected = vec![
        Seen::put("a", compacted),
        Seen::put("b", compacted + 1),
        Seen::put("a", fence),
    ];
    expect_eq("what the watch sees", context.seen(&events), expected)
}

/// Writes `a` three times and then `b`, and compacts at the last write of `a`, whose revision it returns.
async fn compacted(context: &Context) -> Verdict<i64> {
    context.write("a", "1").await?;
    context.write("a", "2").await?;
    let at = context.write("a", "3").await?;
    let next = context.write("b", "1").await?;
    if next != at + 1 {
        let reason = "Others wrote between two writes of the case.".to_owned();
        return Err(crate::Fault::Inconclusive(reason));
    }
    context.compact(at).await?;
    Ok(at)
}

/// A watch from before `compacted` is created on the stream and ends at once.
///
/// What the last message's header and reason say is the server's own affair: etcd leaves the revision at 0 and the reason
/// empty, and clients look at the compacted revision alone.
async fn ended_by_compaction(
    context: &Context,
    stream: &mut WatchStream,
    compacted: i64,
) -> Verdict {
    let request = context.watch_from(compacted - 1);
    let id = stream.created(request).await?.watch_id;
    let end = stream.next().await?;
    let told = (end.watch_id, end.canceled, end.compact_revision);
    expect_eq(
        "(watch id, canceled, compact revision)",
        told,
        (id, true, compacted),
    )?;
    expect_that(
        end.events.is_empty(),
        "the message has no events",
        format!("it has {:?}", context.seen(&end.events)),
    )
}
