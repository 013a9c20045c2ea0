use storeproof_wire::etcdserverpb::{
    DeleteRangeRequest, WatchCreateRequest, WatchResponse, watch_create_request::FilterType,
};

use crate::{
    Case, Context, Tier, Verdict, case, context::revision, expect_eq, expect_that, seen::Seen,
    watching::events_of,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        writes_can_be_left_out,
        "A watch that leaves out writes tells deletions only.",
        "WCH-27"
    ),
    case!(
        Tier::Parity,
        deletions_can_be_left_out,
        "A watch that leaves out deletions tells writes only.",
        "WCH-27"
    ),
    case!(
        Tier::Parity,
        a_message_of_which_nothing_is_left_is_not_sent,
        "A watch that leaves out everything tells nothing, in the past and in the present.",
        "WCH-27"
    ),
    case!(
        Tier::Parity,
        large_messages_come_in_parts_where_asked_for,
        "A watch that allows it gets a message above the limit in several, all but the last marked.",
        "WCH-28"
    ),
    case!(
        Tier::Kubernetes,
        large_messages_come_whole_where_nothing_is_said,
        "A watch that says nothing of parts gets one revision in one message, however large it is.",
        "WCH-24 WCH-28"
    ),
];

const NO_WRITES: FilterType = FilterType::Noput;
const NO_DELETIONS: FilterType = FilterType::Nodelete;

async fn writes_can_be_left_out(context: &Context) -> Verdict {
    let (events, [_, _, gone]) = filtered(context, &[NO_WRITES]).await?;
    expect_eq("the events", events, vec![Seen::deleted("a", gone)])
}

async fn deletions_can_be_left_out(context: &Context) -> Verdict {
    let (events, [first, second, _]) = filtered(context, &[NO_DELETIONS]).await?;
    let expected = vec![Seen::put("a", first), Seen::put("a", second)];
    expect_eq("the events", events, expected)
}

async fn a_message_of_which_nothing_is_left_is_not_sent(context: &Context) -> Verdict {
    let (events, _) = filtered(context, &[NO_WRITES, NO_DELETIONS]).await?;
    expect_eq("the events", events, vec![])?;
    let start_revision = context.revision().await?;
    let request = WatchCreateRequest {
        start_revision,
        filters: vec![NO_WRITES.into(), NO_DELETIONS.into()],
        ..context.watch_one("b")
    };
    context.write("b", "past").await?;
    let mut stream = context.stream().await?;
    stream.created(request).await?;
    stream.created(context.watch_one("fence")).await?;
    let fence = context.write("fence", "1").await?;
    let message = stream.next().await?;
    let expected = vec![Seen::put("fence", fence)];
    let events = context.seen(&message.events);
    expect_eq("what comes next", events, expected)
}

/// What a watch of `a` with these filters tells of two writes and a deletion, up to a fence of another watch on the same
/// stream; and the revisions of the three.
async fn filtered(context: &Context, filters: &[FilterType]) -> Verdict<(Vec<Seen>, [i64; 3])> {
    let mut stream = context.stream().await?;
    let request = WatchCreateRequest {
        filters: filters.iter().map(|filter| i32::from(*filter)).collect(),
        ..context.watch_one("a")
    };
    let id = stream.created(request).await?.watch_id;
    stream.created(context.watch_one("fence")).await?;
    let revisions = [
        context.write("a", "1").await?,
        context.write("a", "2").await?,
        context.erase("a").await?,
    ];
    context.write("fence", "1").await?;
    let mut seen = Vec::new();
    loop {
        let message = stream.next().await?;
        expect_that(
            !message.events.is_empty(),
            "no message is empty",
            "one without events comes",
        )?;
        if message.watch_id != id {
            return Ok((seen, revisions));
        }
        seen.extend(context.seen(&message.events));
    }
}

async fn large_messages_come_in_parts_where_asked_for(context: &Context) -> Verdict {
    let messages = large(context, true).await?;
    expect_that(
        messages.len() > 1,
        "2.8 MB come in more than one message",
        "they come in one",
    )?;
    let marks: Vec<bool> = messages.iter().map(|message| message.fragment).collect();
    let last = marks.len() - 1;
    let expected: Vec<bool> = (0..marks.len()).map(|part| part < last).collect();
    expect_eq("what is marked as a part", marks, expected)?;
    whole(context, messages)
}

async fn large_messages_come_whole_where_nothing_is_said(context: &Context) -> Verdict {
    let messages = large(context, false).await?;
    expect_eq("the number of messages", messages.len(), 1)?;
    let marked = messages.iter().any(|message| message.fragment);
    expect_eq("whether it is marked as a part", marked, false)?;
    whole(context, messages)
}

/// The messages about the deletion, in one revision, of four keys of 700 kB, which come along as they were before.
async fn large(context: &Context, fragment: bool) -> Verdict<Vec<WatchResponse>> {
    for name in 0..4 {
        context
            .put(format!("p/{name}"), vec![b'x'; 700_000])
            .await?;
    }
    let request = WatchCreateRequest {
        fragment,
        ..context.watch_all("p/")
    };
    let mut watch = context.watch(request).await?;
    let range = context.all("p/");
    let request = DeleteRangeRequest {
        key: range.key,
        range_end: range.range_end,
        prev_kv: false,
    };
    let gone = revision(context.client().delete(request).await?.header.as_ref())?;
    let (mut messages, mut events) = (Vec::new(), 0);
    while events < 4 {
        let more = watch.messages_until(gone).await?;
        events += more
            .iter()
            .map(|message| message.events.len())
            .sum::<usize>();
        messages.extend(more);
    }
    Ok(messages)
}

fn whole(context: &Context, messages: Vec<WatchResponse>) -> Verdict {
    let events = events_of(messages);
    let gone = events.first().map_or(0, crate::seen::revision_of);
    let expected: Vec<Seen> = (0..4)
        .map(|name| Seen::deleted(format!("p/{name}"), gone))
        .collect();
    expect_eq("the events", context.seen(&events), expected)?;
    let before = |event: &storeproof_wire::mvccpb::Event| {
        event.prev_kv.as_ref().map_or(0, |kv| kv.value.len())
    };
    let sizes: Vec<usize> = events.iter().map(before).collect();
    expect_eq("the sizes of what was before", sizes, vec![700_000; 4])
}
