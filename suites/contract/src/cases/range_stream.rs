use storeproof_wire::{
    etcdserverpb::{
        RangeRequest, RangeResponse, range_request::SortOrder, range_request::SortTarget,
    },
    mvccpb::KeyValue,
};
use tokio::time::timeout;
use tonic::{Code, Status};

use crate::{
    Case, Context, Fault, Feature, Need, Tier, Verdict, case, expect_eq, expect_that, limits,
    phrase,
};

const TIER: Tier = Tier::NewerKubernetes(Feature::RangeStream);

pub(super) const CASES: &[Case] = &[
    case!(
        TIER,
        who_does_not_know_it_says_so,
        "A server without range streams answers UNIMPLEMENTED and nothing else; one with them answers.",
        "RST-01"
    ),
    case!(
        TIER,
        its_parts_make_the_whole,
        "The parts of a range stream together are the answer to the same range, whose count and revision the last part tells.",
        "RST-02"
    ),
    case!(
        TIER,
        pages_come_in_parts_too,
        "A range stream with a limit or of a past revision is the same range in parts.",
        "RST-02"
    ),
    case!(
        TIER,
        what_it_cannot_do_it_refuses,
        "A range stream that is to be sorted or filtered by revisions is refused with UNIMPLEMENTED and the reason.",
        "RST-03"
    ),
    case!(
        TIER,
        what_was_compacted_is_refused,
        "A range stream of a revision that was compacted ends with the error of a range.",
        "RST-04"
    )
    .needs(&[Need::Quiet]),
    case!(
        TIER,
        a_count_is_one_message,
        "A range stream that only counts is one message with the count.",
        "RST-05"
    ),
];

async fn who_does_not_know_it_says_so(context: &Context) -> Verdict {
    context.put("a", "1").await?;
    let (parts, end) = parts(context, context.all("")).await?;
    match end {
        Ok(()) => expect_eq("the keys", keys(&parts), vec![context.key("a")]),
        Err(status) => {
            expect_eq("the number of messages before it", parts.len(), 0)?;
            expect_eq("the code", status.code(), Code::Unimplemented)
        }
    }
}

async fn its_parts_make_the_whole(context: &Context) -> Verdict {
    for name in 0..60 {
        context
            .put(format!("{name:02}"), vec![b'x'; 40_000])
            .await?;
    }
    same_as_range(context, context.all("")).await
}

async fn pages_come_in_parts_too(context: &Context) -> Verdict {
    let mut revision = 0;
    for name in 0..30 {
        revision = context.put(format!("{name:02}"), "1").await?;
    }
    context.delete("03").await?;
    for (limit, revision) in [(25, 0), (25, revision), (0, revision), (30, 0)] {
        let request = RangeRequest {
            limit,
            revision,
            ..context.all("")
        };
        same_as_range(context, request).await?;
    }
    same_as_range(context, context.all("none of these")).await
}

async fn what_it_cannot_do_it_refuses(context: &Context) -> Verdict {
    known(context).await?;
    let sorted = RangeRequest {
        sort_order: SortOrder::Descend.into(),
        sort_target: SortTarget::Key.into(),
        ..context.all("")
    };
    let filtered = RangeRequest {
        min_mod_revision: 1,
        ..context.all("")
    };
    let reasons = [
        (sorted, "RangeStream does not support custom sort orders"),
        (filtered, "RangeStream does not support revision filters"),
    ];
    for (request, reason) in reasons {
        let (parts, end) = parts(context, request).await?;
        expect_eq("the number of messages before it", parts.len(), 0)?;
        let observed = end.map_or_else(|status| phrase::status(&status), |()| "success".to_owned());
        expect_eq(
            "its end",
            observed,
            format!("{:?} {reason:?}", Code::Unimplemented),
        )?;
    }
    Ok(())
}

async fn what_was_compacted_is_refused(context: &Context) -> Verdict {
    known(context).await?;
    let first = context.put("a", "1").await?;
    let second = context.put("a", "2").await?;
    context.compact(second).await?;
    let request = RangeRequest {
        revision: first,
        ..context.all("")
    };
    let (parts, end) = parts(context, request).await?;
    expect_eq("the number of messages before it", parts.len(), 0)?;
    let observed = end.map_or_else(|status| phrase::status(&status), |()| "success".to_owned());
    let reason = "etcdserver: mvcc: required revision has been compacted";
    expect_eq(
        "its end",
        observed,
        format!("{:?} {reason:?}", Code::OutOfRange),
    )
}

async fn a_count_is_one_message(context: &Context) -> Verdict {
    for name in 0..30 {
        context.put(format!("{name:02}"), "1").await?;
    }
    let request = RangeRequest {
        count_only: true,
        ..context.all("")
    };
    let (parts, end) = parts(context, request).await?;
    end?;
    let told: Vec<_> = parts
        .iter()
        .map(|part| (part.kvs.len(), part.count))
        .collect();
    expect_eq("(keys, count) of the messages", told, vec![(0, 30)])
}

/// Compares a range stream with the range: its keys, and what the last part alone tells of the whole.
async fn same_as_range(context: &Context, request: RangeRequest) -> Verdict {
    let (parts, end) = parts(context, request.clone()).await?;
    end?;
    let whole = context.client().range(request).await?;
    let told: Vec<KeyValue> = parts.iter().flat_map(|part| part.kvs.clone()).collect();
    expect_that(
        told == whole.kvs,
        format!("the keys are {}", phrase::key_values(&whole.kvs)),
        format!("they are {}", phrase::key_values(&told)),
    )?;
    let Some((last, others)) = parts.split_last() else {
        return Err(Fault::failed("a stream has a message", "it has none"));
    };
    let told = (last.count, last.more);
    expect_eq("(count, more) of the last", told, (whole.count, whole.more))?;
    let early = others
        .iter()
        .any(|part| part.header.is_some() || part.count != 0 || part.more);
    expect_eq("whether an earlier one tells of the whole", early, false)?;
    let at = crate::context::revision(last.header.as_ref())?;
    let now = crate::context::revision(whole.header.as_ref())?;
    expect_that(
        at <= now,
        format!("the stream is of revision {now} or before"),
        format!("it is of {at}"),
    )
}

/// Ends the case where the server knows no range streams.
async fn known(context: &Context) -> Verdict {
    let (_, end) = parts(context, context.one("a")).await?;
    Ok(end?)
}

/// The messages of a range stream, and how it ends.
async fn parts(
    context: &Context,
    request: RangeRequest,
) -> Verdict<(Vec<RangeResponse>, Result<(), Status>)> {
    let client = context.client();
    let asked = format!("stream of {}", phrase::range(&request));
    let mut key_values = client.key_values();
    let opened = key_values.range_stream(client.request(request));
    let mut stream = match client.noted(asked, opened, |_| "opened".to_owned()).await {
        Ok(stream) => stream,
        Err(status) => return Ok((Vec::new(), Err(status))),
    };
    let mut parts = Vec::new();
    loop {
        let next = timeout(limits::REQUEST, stream.message()).await;
        match next.map_err(|_| Fault::failed("the stream ends", "it says nothing"))? {
            Ok(Some(part)) => parts.push(part.range_response.unwrap_or_default()),
            Ok(None) => return Ok((parts, Ok(()))),
            Err(status) => return Ok((parts, Err(status))),
        }
    }
}

fn keys(parts: &[RangeResponse]) -> Vec<bytes::Bytes> {
    let kvs = parts.iter().flat_map(|part| &part.kvs);
    kvs.map(|kv| kv.key.clone()).collect()
}
