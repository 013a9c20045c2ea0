use storeproof_wire::etcdserverpb::DeleteRangeRequest;

use crate::{
    Case, Context, Tier, Verdict, case,
    context::revision,
    expect_eq, expect_that,
    seen::Seen,
    seen::revision_of,
    shape,
    transaction::{Operation, doing},
    watching::events_of,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_transaction_is_one_message,
        "All that a transaction did comes in one message, in the order in which it was done.",
        "WCH-24 WCH-25"
    ),
    case!(
        Tier::Kubernetes,
        a_deleted_range_is_one_message,
        "All that one request deleted comes in one message, in the order of the keys.",
        "WCH-24"
    ),
    case!(
        Tier::Kubernetes,
        only_what_matches_comes,
        "Of a transaction a watch tells only what lies in its range.",
        "WCH-24 V-FILTER"
    ),
    case!(
        Tier::Kubernetes,
        history_is_in_order_and_whole,
        "Messages with the past are in the order of revisions, and none ends within a revision.",
        "WCH-24 WCH-25"
    ),
    case!(
        Tier::Kubernetes,
        no_message_is_older_than_its_events,
        "The revision of a message is at least that of its last event, for the past and for the present.",
        "WCH-26"
    ),
    case!(
        Tier::Parity,
        a_message_is_as_old_as_its_events,
        "The revision of a message about the present is that of its last event.",
        "WCH-26"
    ),
];

async fn a_transaction_is_one_message(context: &Context) -> Verdict {
    context.write("c", "1").await?;
    let mut watch = context.watch(context.watch_all("")).await?;
    let written = context.commit(mixed(context)).await?;
    let messages = watch.messages_until(written).await?;
    expect_eq("the number of messages", messages.len(), 1)?;
    let events = events_of(messages);
    expect_eq("the events", context.seen(&events), mixed_at(written))
}

async fn a_deleted_range_is_one_message(context: &Context) -> Verdict {
    for name in ["p/3", "p/1", "p/2"] {
        context.write(name, "1").await?;
    }
    let mut watch = context.watch(context.watch_all("p/")).await?;
    let range = context.all("p/");
    let delete = DeleteRangeRequest {
        key: range.key,
        range_end: range.range_end,
        prev_kv: false,
    };
    let gone = context.commit(doing([delete.operation()])).await?;
    let messages = watch.messages_until(gone).await?;
    expect_eq("the number of messages", messages.len(), 1)?;
    let expected = ["p/1", "p/2", "p/3"].map(|name| Seen::deleted(name, gone));
    let events = events_of(messages);
    expect_eq("the events", context.seen(&events), expected.to_vec())
}

async fn only_what_matches_comes(context: &Context) -> Verdict {
    let mut watch = context.watch(context.watch_all("p/")).await?;
    let puts = ["o", "p", "p/", "p/1", "p/\u{ff}", "p0", "q"];
    let puts = puts.map(|name| shape::put(&context.key(name), "1", 0));
    let written = context.commit(doing(puts.to_vec())).await?;
    let events = watch.events_until(written).await?;
    let expected = ["p/", "p/1", "p/\\xc3\\xbf"].map(|name| Seen::put(name, written));
    expect_eq("the events", context.seen(&events), expected.to_vec())
}

async fn history_is_in_order_and_whole(context: &Context) -> Verdict {
    let start = context.write("c", "0").await? + 1;
    let (mut expected, mut last) = (Vec::new(), 0);
    for _ in 0..30 {
        let one = context.write("c", "1").await?;
        expected.push(vec![Seen::put("c", one)]);
        last = context.commit(mixed(context)).await?;
        expected.push(mixed_at(last));
    }
    let mut watch = context.watch(context.watch_from(start)).await?;
    let messages = watch.messages_until(last).await?;
    let mut ended = 0;
    for message in &messages {
        let first = message.events.first().map_or(0, revision_of);
        expect_that(
            first > ended,
            format!("a message begins behind revision {ended}, with which the one before it ended"),
            format!("it begins with revision {first}"),
        )?;
        ended = message.events.last().map_or(0, revision_of);
    }
    let events = context.seen(&events_of(messages));
    let expected: Vec<Seen> = expected.into_iter().flatten().collect();
    expect_eq("the events", events, expected)
}

async fn no_message_is_older_than_its_events(context: &Context) -> Verdict {
    let first = context.write("a", "1").await?;
    context.write("a", "2").await?;
    let mut watch = context.watch(context.watch_from(first)).await?;
    for value in ["3", "4"] {
        let written = context.write("a", value).await?;
        for message in watch.messages_until(written).await? {
            let last = message.events.last().map_or(0, revision_of);
            let told = revision(message.header.as_ref())?;
            expect_that(
                told >= last,
                format!("the message is of revision {last}, that of its last event, or later"),
                format!("it is of revision {told}"),
            )?;
        }
    }
    Ok(())
}

async fn a_message_is_as_old_as_its_events(context: &Context) -> Verdict {
    let mut watch = context.watch(context.watch_one("a")).await?;
    for value in ["1", "2", "3"] {
        let written = context.write("a", value).await?;
        let messages = watch.messages_until(written).await?;
        let told: Vec<i64> = messages
            .iter()
            .map(|message| message.header.as_ref().map_or(0, |header| header.revision))
            .collect();
        expect_eq("the revisions of the messages", told, vec![written])?;
    }
    Ok(())
}

/// Writes `b` and `a`, and deletes and writes others, in one revision.
fn mixed(context: &Context) -> storeproof_wire::etcdserverpb::TxnRequest {
    doing([
        shape::put(&context.key("b"), "1", 0),
        shape::delete(&context.key("c")),
        shape::put(&context.key("a"), "1", 0),
        shape::put(&context.key("d"), "1", 0),
    ])
}

fn mixed_at(revision: i64) -> Vec<Seen> {
    vec![
        Seen::put("b", revision),
        Seen::deleted("c", revision),
        Seen::put("a", revision),
        Seen::put("d", revision),
    ]
}
