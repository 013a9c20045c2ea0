use std::time::Duration;

use crate::{
    Case, Context, Tier, Verdict, WatchStream, case, client::Elapsed, expect_eq, expect_that,
    phrase, seen::Seen,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_cancelled_watch_tells_nothing_more,
        "A cancelled watch ends with a message that says so without a reason, and tells nothing after that.",
        "WCH-14"
    ),
    case!(
        Tier::Parity,
        a_watch_that_is_not_there_is_cancelled_in_silence,
        "Cancelling a watch that never was, or was cancelled before, is answered by nothing, and the stream goes on.",
        "WCH-14"
    ),
    case!(
        Tier::Kubernetes,
        watches_of_one_stream_do_not_mix,
        "Several watches of one stream have numbers of their own, and each tells all of its keys and no others.",
        "WCH-15"
    ),
    case!(
        Tier::Kubernetes,
        watches_of_one_key_all_tell_it,
        "Several watches of one key on one stream each tell every change.",
        "WCH-15"
    ),
    case!(
        Tier::Parity,
        a_half_closed_stream_harms_no_other,
        "A client that ends its requests and goes on reading takes nothing from other streams.",
        "WCH-17 HDR-10"
    ),
    case!(
        Tier::Kubernetes,
        a_stream_that_is_dropped_harms_no_other,
        "A client that resets its stream takes nothing from the other streams of the connection.",
        "WCH-17"
    ),
];

/// How long silence is listened to, behind a fence.
const SILENCE: Duration = Duration::from_millis(200);

async fn a_cancelled_watch_tells_nothing_more(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    let id = stream.created(context.watch_one("a")).await?.watch_id;
    let other = stream.created(context.watch_one("b")).await?.watch_id;
    stream.cancel(id).await?;
    let answer = stream.next().await?;
    let told = (answer.watch_id, answer.canceled, answer.created);
    expect_eq("(watch id, canceled, created)", told, (id, true, false))?;
    expect_eq("the reason", answer.cancel_reason.as_str(), "")?;
    expect_eq("the compact revision", answer.compact_revision, 0)?;
    expect_eq("the number of events", answer.events.len(), 0)?;
    context.write("a", "1").await?;
    let fence = context.write("b", "1").await?;
    next_is(context, &mut stream, other, Seen::put("b", fence)).await
}

async fn a_watch_that_is_not_there_is_cancelled_in_silence(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    let id = stream.created(context.watch_one("a")).await?.watch_id;
    let gone = stream.created(context.watch_one("b")).await?.watch_id;
    stream.cancel(gone).await?;
    let answer = stream.next().await?;
    let told = (answer.watch_id, answer.canceled);
    expect_eq("(watch id, canceled)", told, (gone, true))?;
    for not_there in [gone, 4711] {
        stream.cancel(not_there).await?;
    }
    // The server reads its requests in order: what it had to say of the two, it says before this watch is created.
    stream.created(context.watch_one("c")).await?;
    let fence = context.write("a", "1").await?;
    next_is(context, &mut stream, id, Seen::put("a", fence)).await?;
    silent(&mut stream).await
}

async fn watches_of_one_stream_do_not_mix(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    let names = ["a", "b", "c"];
    let mut ids = Vec::new();
    for name in names {
        ids.push(stream.created(context.watch_one(name)).await?.watch_id);
    }
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    expect_eq("the number of different numbers", distinct.len(), 3)?;
    for _ in 0..2 {
        for (name, id) in names.into_iter().zip(&ids) {
            let written = context.write(name, "1").await?;
            next_is(context, &mut stream, *id, Seen::put(name, written)).await?;
        }
    }
    Ok(())
}

async fn watches_of_one_key_all_tell_it(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(stream.created(context.watch_one("a")).await?.watch_id);
    }
    for value in ["1", "2"] {
        let written = context.write("a", value).await?;
        let mut told = Vec::new();
        for _ in &ids {
            let message = stream.next().await?;
            let events = context.seen(&message.events);
            expect_eq("what a watch tells", events, vec![Seen::put("a", written)])?;
            told.push(message.watch_id);
        }
        told.sort_unstable();
        expect_eq("the watches that tell it", told, ids.clone())?;
    }
    Ok(())
}

async fn a_half_closed_stream_harms_no_other(context: &Context) -> Verdict {
    let mut closed = context.stream().await?;
    closed.created(context.watch_one("a")).await?;
    let mut watch = context.watch(context.watch_one("a")).await?;
    closed.half_close();
    for value in ["1", "2", "3"] {
        let written = context.write("a", value).await?;
        let id = watch.id;
        next_is(context, &mut watch.stream, id, Seen::put("a", written)).await?;
    }
    context.watch(context.watch_one("a")).await?;
    drop(closed);
    Ok(())
}

async fn a_stream_that_is_dropped_harms_no_other(context: &Context) -> Verdict {
    let dropped = context.watch(context.watch_one("a")).await?;
    let mut watch = context.watch(context.watch_one("a")).await?;
    drop(dropped);
    for value in ["1", "2", "3"] {
        let written = context.write("a", value).await?;
        let id = watch.id;
        next_is(context, &mut watch.stream, id, Seen::put("a", written)).await?;
    }
    context.watch(context.watch_one("a")).await?;
    Ok(())
}

/// The next message is this event of this watch.
async fn next_is(context: &Context, stream: &mut WatchStream, id: i64, event: Seen) -> Verdict {
    let message = stream.next().await?;
    let told = (message.watch_id, context.seen(&message.events));
    expect_eq("the next message", told, (id, vec![event]))
}

async fn silent(stream: &mut WatchStream) -> Verdict {
    let came = match stream.next_within(SILENCE).await {
        Err(Elapsed(_)) => return Ok(()),
        Ok(Some(Ok(answer))) => phrase::watched(&answer),
        Ok(Some(Err(status))) => phrase::status(&status),
        Ok(None) => "the end of the stream".to_owned(),
    };
    expect_that(false, "nothing comes", format!("there comes: {came}"))
}
