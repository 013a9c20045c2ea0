//! Answers that differ between releases of etcd. Each case accepts every one that is documented, and no other.

use storeproof_wire::etcdserverpb::WatchCreateRequest;

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, case, context::revision, expect_eq, expect_that,
    phrase, seen::Seen, shape, transaction::doing, watching::NO_WATCH, watching::Watch,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Version,
        a_negative_start_is_refused_one_way_or_the_other,
        "A watch from a negative revision is refused, or created and then cancelled because of compaction.",
        "WCH-06"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Version,
        a_deletion_at_the_compacted_revision_ends_no_watch,
        "A watch from a compacted revision that was a deletion goes on, whether or not it still tells the deletion.",
        "WCH-13"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Version,
        progress_without_watches_ends_no_stream,
        "A request for progress on a stream without watches is answered or not, and the stream goes on.",
        "WCH-42"
    ),
    case!(
        Tier::Version,
        progress_before_a_future_start_harms_no_watch,
        "A request for progress before a watch's future start is answered or not, and the watch tells everything from its \
         start on.",
        "WCH-43"
    )
    .needs(&[Need::Quiet]),
];

/// Since 3.4.38, 3.5.24 and 3.6.6 the watch is refused; before, it begins, and the compaction ends it.
async fn a_negative_start_is_refused_one_way_or_the_other(context: &Context) -> Verdict {
    let written = context.write("a", "1").await?;
    context.compact(written).await?;
    let mut stream = context.stream().await?;
    let request = WatchCreateRequest {
        start_revision: -1,
        ..context.watch_one("a")
    };
    stream.create(request).await?;
    let first = stream.next().await?;
    expect_eq("created", first.created, true)?;
    if first.canceled {
        let told = (first.watch_id, first.cancel_reason.as_str());
        let reason = "etcdserver: mvcc: required revision has been compacted";
        return expect_eq("(watch id, reason)", told, (NO_WATCH, reason));
    }
    let second = stream.next().await?;
    let told = (second.watch_id, second.canceled, second.compact_revision);
    let expected = (first.watch_id, true, written);
    expect_eq("(watch id, canceled, compact revision)", told, expected)
}

/// Since 3.4.36 and 3.5.18 the deletion is always told; before, it may be lost.
async fn a_deletion_at_the_compacted_revision_ends_no_watch(context: &Context) -> Verdict {
    context.write("a", "1").await?;
    let delete = doing([shape::delete(&context.key("a"))]);
    let gone = context.commit(delete).await?;
    context.write("b", "1").await?;
    context.compact(gone).await?;
    let request = WatchCreateRequest {
        start_revision: gone,
        ..context.watch_one("a")
    };
    let mut watch = context.watch(request).await?;
    let fence = context.write("a", "2").await?;
    let events = context.seen(&watch.events_until(fence).await?);
    let (told, lost) = (
        vec![Seen::deleted("a", gone), Seen::put("a", fence)],
        vec![Seen::put("a", fence)],
    );
    expect_that(
        events == told || events == lost,
        format!("the watch sees {told:?}, or in old releases {lost:?}"),
        format!("it sees {events:?}"),
    )
}

/// 3.4 answers; 3.5 and later are silent.
async fn progress_without_watches_ends_no_stream(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    stream.request_progress().await?;
    stream.create(context.watch_one("a")).await?;
    let mut answer = stream.next().await?;
    if !answer.created {
        let told = (answer.watch_id, answer.canceled, answer.events.len());
        expect_eq("(watch id, canceled, events)", told, (NO_WATCH, false, 0))?;
        revision(answer.header.as_ref())?;
        answer = stream.next().await?;
    }
    let told = (answer.created, answer.canceled);
    expect_eq("(created, canceled)", told, (true, false))?;
    let id = answer.watch_id;
    let written = context.write("a", "1").await?;
    let events = Watch { stream, id }.events_until(written).await?;
    let expected = vec![Seen::put("a", written)];
    expect_eq("what the watch sees", context.seen(&events), expected)
}

/// Since 3.4.38, 3.5.22 and 3.6.2 nothing is said of progress before the start; before, an answer may lie before it.
async fn progress_before_a_future_start_harms_no_watch(context: &Context) -> Verdict {
    let start = context.revision().await? + 5;
    let mut watch = context.watch(context.watch_from(start)).await?;
    watch.stream.request_progress().await?;
    let (mut expected, mut fence) = (Vec::new(), 0);
    while fence < start + 2 {
        fence = context.write("a", "1").await?;
        if fence >= start {
            expected.push(Seen::put("a", fence));
        }
    }
    let (mut seen, mut answers) = (Vec::new(), 0);
    while seen.len() < expected.len() {
        let message = watch.stream.next().await?;
        if message.events.is_empty() {
            answers += 1;
            expect_eq("the watch id of progress", message.watch_id, NO_WATCH)?;
            revision(message.header.as_ref())?;
        }
        let ended = || Fault::failed("the watch goes on", phrase::watched(&message));
        if message.canceled {
            return Err(ended());
        }
        seen.extend(context.seen(&message.events));
    }
    expect_that(
        answers <= 1,
        "one request for progress is answered once or never",
        format!("it is answered {answers} times"),
    )?;
    expect_eq("what the watch sees", seen, expected)
}
