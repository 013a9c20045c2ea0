use bytes::Bytes;
use storeproof_wire::etcdserverpb::{WatchCreateRequest, WatchRequest};

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, context::revision, expect_eq, expect_that,
    seen::Seen, transaction::doing, watching::Watch,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        its_first_message_tells_the_current_revision,
        "The first message of a watch says that it is created, at the store's current revision, and holds no events.",
        "WCH-01"
    ),
    case!(
        Tier::Parity,
        numbers_count_from_zero,
        "The watches of a stream are numbered from 0.",
        "WCH-02"
    ),
    case!(
        Tier::Parity,
        numbers_in_use_are_left_out,
        "A number that a client has chosen is not given to another watch of the stream.",
        "WCH-02"
    ),
    case!(
        Tier::Parity,
        chosen_numbers_are_kept,
        "A watch has the number that its client chose, a negative one too.",
        "WCH-03"
    ),
    case!(
        Tier::Parity,
        a_number_in_use_is_refused,
        "A second watch with the same number is refused in a message, and the stream and the first watch go on.",
        "WCH-03"
    ),
    case!(
        Tier::Parity,
        an_empty_range_is_refused,
        "A watch of a range that holds no key is refused in a message, and the stream goes on.",
        "WCH-04"
    ),
    case!(
        Tier::Parity,
        no_key_is_the_key_of_one_zero_byte,
        "A watch of an empty key is one of the key that is a single zero byte, not of all keys.",
        "WCH-05"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_request_that_says_nothing_is_ignored,
        "A request that neither creates nor cancels a watch nor asks for progress is ignored, and the stream goes on.",
        "WCH-16"
    ),
];

async fn its_first_message_tells_the_current_revision(context: &Context) -> Verdict {
    context.write("a", "1").await?;
    let before = context.write("a", "2").await?;
    let mut stream = context.stream().await?;
    let answer = stream.created(context.watch_one("a")).await?;
    let after = context.revision().await?;
    let told = revision(answer.header.as_ref())?;
    expect_that(
        (before..=after).contains(&told),
        format!("the header's revision lies in {before}..={after}, read before and after"),
        format!("it is {told}"),
    )
}

async fn numbers_count_from_zero(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    let mut numbers = Vec::new();
    for name in ["a", "b", "c"] {
        numbers.push(stream.created(context.watch_one(name)).await?.watch_id);
    }
    expect_eq("the numbers of three watches", numbers, vec![0, 1, 2])
}

async fn numbers_in_use_are_left_out(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    let mut numbers = Vec::new();
    for watch_id in [1, 0, 0] {
        let request = numbered(context, watch_id);
        numbers.push(stream.created(request).await?.watch_id);
    }
    expect_eq(
        "the numbers of a watch that chose 1 and two that chose none",
        numbers,
        vec![1, 0, 2],
    )
}

async fn chosen_numbers_are_kept(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    for chosen in [5, -3] {
        let created = stream.created(numbered(context, chosen)).await?;
        expect_eq("the number of the watch", created.watch_id, chosen)?;
    }
    let written = context.write("a", "1").await?;
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let message = stream.next().await?;
        let events = context.seen(&message.events);
        expect_eq("what it tells", events, vec![Seen::put("a", written)])?;
        numbers.push(message.watch_id);
    }
    numbers.sort_unstable();
    expect_eq("the watches that tell it", numbers, vec![-3, 5])
}

async fn a_number_in_use_is_refused(context: &Context) -> Verdict {
    let mut watch = context.watch(numbered(context, 5)).await?;
    let reason = "mvcc: duplicate watch ID provided on the WatchStream";
    watch.stream.refused(numbered(context, 5), reason).await?;
    goes_on(context, watch).await
}

async fn an_empty_range_is_refused(context: &Context) -> Verdict {
    let mut stream = context.stream().await?;
    for (key, range_end) in [("b", "a"), ("b", "b")] {
        let request = WatchCreateRequest {
            range_end: context.key(range_end),
            ..context.watch_one(key)
        };
        stream
            .refused(request, "mvcc: watcher range is empty")
            .await?;
    }
    let id = stream.created(context.watch_one("a")).await?.watch_id;
    goes_on(context, Watch { stream, id }).await
}

/// Writes a key outside of the case's prefix, and so on a server of its own.
async fn no_key_is_the_key_of_one_zero_byte(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&Wish::default()).await?;
    let request = WatchCreateRequest::default();
    let mut watch = context.watch(request).await?;
    context.write("a", "1").await?;
    let zero = crate::shape::put(&Bytes::from_static(b"\0"), "1", 0);
    let written = context.commit(doing([zero])).await?;
    let events = watch.events_until(written).await?;
    let expected = vec![Seen::put("\\x00", written)];
    expect_eq("what the watch sees", context.seen(&events), expected)
}

async fn a_request_that_says_nothing_is_ignored(context: &Context) -> Verdict {
    let watch = context.watch(context.watch_one("a")).await?;
    let nothing = WatchRequest {
        request_union: None,
    };
    watch.stream.send_raw(nothing).await?;
    goes_on(context, watch).await
}

fn numbered(context: &Context, watch_id: i64) -> WatchCreateRequest {
    WatchCreateRequest {
        watch_id,
        ..context.watch_one("a")
    }
}

/// The next thing that the watch of `a` tells is the next write.
async fn goes_on(context: &Context, mut watch: Watch) -> Verdict {
    let written = context.write("a", "1").await?;
    let events = watch.events_until(written).await?;
    let expected = vec![Seen::put("a", written)];
    expect_eq("what the watch sees next", context.seen(&events), expected)
}
