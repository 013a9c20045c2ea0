use std::time::Duration;

use storeproof_wire::etcdserverpb::{WatchCreateRequest, WatchResponse};

use crate::{
    Case, Context, Feature, Need, Tier, Verdict, Wish, case, context::revision, expect_eq,
    expect_that, seen::Seen, watching::NO_WATCH, watching::events_of,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::NewerKubernetes(Feature::WatchProgress),
        a_request_is_answered_with_the_current_revision,
        "A request for progress is answered for the whole stream by a message without events, of the current revision.",
        "WCH-40"
    ),
    case!(
        Tier::NewerKubernetes(Feature::WatchProgress),
        what_was_written_before_is_told_before,
        "Everything up to the revision of an answer about progress was told before it, by every watch of the stream.",
        "WCH-40"
    ),
    case!(
        Tier::NewerKubernetes(Feature::WatchProgress),
        watches_without_events_make_progress_too,
        "A request for progress is answered with the current revision also where no watch of the stream ever told anything.",
        "WCH-41"
    ),
    case!(
        Tier::NewerKubernetes(Feature::WatchProgress),
        it_does_not_go_back,
        "The revision of answers about progress never is zero and never goes back.",
        "WCH-45"
    ),
    case!(
        Tier::Kubernetes,
        it_is_told_unasked_where_wanted,
        "A watch that wants to know its progress and sees nothing is told the current revision time and again.",
        "WCH-44 WCH-45"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Kubernetes,
        it_is_told_unasked_only_where_wanted,
        "A watch that does not want to know its progress is not told, beside one that does.",
        "WCH-44"
    )
    .needs(&[Need::OwnServer]),
];

async fn a_request_is_answered_with_the_current_revision(context: &Context) -> Verdict {
    let mut watch = context.watch(context.watch_one("a")).await?;
    let written = context.write("a", "1").await?;
    watch.events_until(written).await?;
    let before = context.write("b", "1").await?;
    let (answer, _) = watch.stream.progress().await?;
    let after = context.revision().await?;
    expect_eq("the watch id", answer.watch_id, NO_WATCH)?;
    let told = (answer.created, answer.canceled, answer.compact_revision);
    expect_eq("(created, canceled, compacted)", told, (false, false, 0))?;
    within(&answer, before, after)
}

async fn what_was_written_before_is_told_before(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    for name in ["a", "b"] {
        stream.created(context.watch_one(name)).await?;
    }
    for round in 0..20 {
        let expected = vec![
            Seen::put("a", context.write("a", "1").await?),
            Seen::put("b", context.write("b", "1").await?),
        ];
        let last = context.write("c", "1").await?;
        let (mut seen, mut told) = (Vec::new(), 0);
        // The answers to earlier requests may still be on their way.
        while told < last {
            let (answer, before) = stream.progress().await?;
            told = revision(answer.header.as_ref())?;
            seen.extend(context.seen(&events_of(before)));
        }
        // In which order two watches tell what they saw is nobody's promise.
        seen.sort();
        let what = format!("what was told before progress {told}, round {round}");
        expect_eq(&what, seen, expected)?;
    }
    Ok(())
}

async fn watches_without_events_make_progress_too(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    stream.created(context.watch_one("a")).await?;
    stream
        .created(context.watch_from(context.revision().await?))
        .await?;
    let before = context.revision().await?;
    let (answer, _) = stream.progress().await?;
    within(&answer, before, context.revision().await?)
}

async fn it_does_not_go_back(context: &Context) -> Verdict {
    let mut watch = context.watch(context.watch_all("")).await?;
    let mut last = 0;
    for value in 0..30 {
        context.write("a", value.to_string()).await?;
        let (answer, before) = watch.stream.progress().await?;
        let mut told: Vec<i64> = Vec::new();
        for message in before.iter().chain([&answer]) {
            told.push(revision(message.header.as_ref())?);
        }
        let ordered = [last].iter().chain(&told).is_sorted();
        expect_that(
            ordered,
            format!("the revisions of messages do not go back behind {last}"),
            format!("they are {told:?}"),
        )?;
        last = told.last().copied().unwrap_or(last);
    }
    Ok(())
}

async fn it_is_told_unasked_where_wanted(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&often()).await?;
    let mut watch = context.watch(wanted(&context, true)).await?;
    for _ in 0..2 {
        let written = context.write("b", "1").await?;
        let mut told = 0;
        // One that was on its way already is of the revision before.
        while told < written {
            let answer = watch.stream.next().await?;
            let plain = (answer.watch_id, answer.canceled, answer.events.len());
            expect_eq("(watch id, canceled, events)", plain, (watch.id, false, 0))?;
            let now = revision(answer.header.as_ref())?;
            expect_that(
                (told..=written).contains(&now),
                format!("progress lies in {told}..={written}"),
                format!("it is {now}"),
            )?;
            told = now;
        }
    }
    Ok(())
}

async fn it_is_told_unasked_only_where_wanted(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&often()).await?;
    let mut watch = context.watch(wanted(&context, false)).await?;
    let other = watch.stream.created(wanted(&context, true)).await?.watch_id;
    for _ in 0..3 {
        let answer = watch.stream.next().await?;
        expect_eq(
            "the watch that is told its progress",
            answer.watch_id,
            other,
        )?;
        expect_eq("the number of events", answer.events.len(), 0)?;
    }
    Ok(())
}

/// A server that tells progress several times a second instead of every ten minutes.
fn often() -> Wish {
    Wish {
        flags: vec![format!(
            "--experimental-watch-progress-notify-interval={:?}",
            Duration::from_millis(200)
        )],
        ..Wish::default()
    }
}

fn wanted(context: &Context, progress_notify: bool) -> WatchCreateRequest {
    WatchCreateRequest {
        progress_notify,
        ..context.watch_one("a")
    }
}

fn within(answer: &WatchResponse, before: i64, after: i64) -> Verdict {
    let told = revision(answer.header.as_ref())?;
    expect_that(
        (before..=after).contains(&told),
        format!("progress lies in {before}..={after}, read before and after"),
        format!("it is {told}"),
    )
}
