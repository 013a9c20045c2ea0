//! Malformed requests: what becomes of them is looked at elsewhere; here it is what becomes of everything else.

use storeproof_wire::etcdserverpb::{
    Compare, PutRequest, RangeRequest, RequestOp, TxnRequest, WatchCancelRequest,
    WatchCreateRequest, WatchRequest, compare::CompareTarget, watch_request::RequestUnion,
};
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case,
    context::events,
    expect_eq,
    transaction::{Operation, doing, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        malformed_reads_harm_nobody,
        "After a malformed read, watches and writes work as before.",
        "HDR-10"
    ),
    case!(
        Tier::Parity,
        malformed_writes_harm_nobody,
        "After a malformed put or deletion, watches and writes work as before.",
        "HDR-10"
    ),
    case!(
        Tier::Parity,
        malformed_transactions_harm_nobody,
        "After a malformed transaction, watches and writes work as before.",
        "HDR-10"
    ),
    case!(
        Tier::Parity,
        malformed_watches_harm_nobody,
        "After a malformed request on a stream of watches, other watches and writes work as before.",
        "HDR-10"
    ),
    case!(
        Tier::Parity,
        half_closed_streams_harm_nobody,
        "While a client has half closed its stream of watches, other watches and writes work as before.",
        "HDR-10"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Version,
        unknown_comparisons_are_answered,
        "A comparison with a target or a result that does not exist is answered, and everything else works as before.",
        "HDR-09 TXN-42"
    ),
];

/// A new watch tells of a new key, once.
async fn expect_served(context: &Context, number: usize, after: &str) -> Verdict {
    let name = format!("served/{number}");
    let mut stream = context.watching(&name).await?;
    let created = context.create(&name, after).await?;
    let events = events(&mut stream).await?;
    let observed: Vec<i64> = events
        .iter()
        .filter_map(|event| event.kv.as_ref())
        .map(|kv| kv.mod_revision)
        .collect();
    let what = format!("what a watch tells of a create after {after}");
    expect_eq(&what, observed, vec![created])
}

async fn malformed_reads_harm_nobody(context: &Context) -> Verdict {
    let to = |end: &'static [u8]| RangeRequest {
        range_end: end.into(),
        ..context.one("b")
    };
    let requests = [
        ("a read without a key", RangeRequest::default()),
        ("a range that ends before it begins", to(b"\x01")),
        (
            "a range to the end of the store",
            RangeRequest {
                limit: 1,
                ..to(b"\0")
            },
        ),
        (
            "a read at a negative revision",
            RangeRequest {
                revision: -1,
                ..context.one("b")
            },
        ),
        (
            "a read in the future",
            RangeRequest {
                revision: i64::MAX,
                ..context.all("")
            },
        ),
        (
            "a negative limit",
            RangeRequest {
                limit: -1,
                ..context.all("")
            },
        ),
        (
            "an unknown order",
            RangeRequest {
                sort_order: 99,
                ..context.all("")
            },
        ),
    ];
    for (number, (after, request)) in requests.into_iter().enumerate() {
        // What it answers is the matter of other cases.
        let _ = context.client().range(request).await;
        expect_served(context, number, after).await?;
    }
    Ok(())
}

async fn malformed_writes_harm_nobody(context: &Context) -> Verdict {
    let puts = [
        ("a put without a key", PutRequest::default()),
        (
            "a put with an unknown lease",
            PutRequest {
                lease: 7,
                ..context.putting("a", "1")
            },
        ),
        (
            "a put that ignores a value it has",
            PutRequest {
                ignore_value: true,
                ..context.putting("a", "1")
            },
        ),
        (
            "a put that keeps a value that is not there",
            PutRequest {
                ignore_value: true,
                ..context.putting("b", "")
            },
        ),
    ];
    for (number, (after, request)) in puts.into_iter().enumerate() {
        let _ = context.client().put(request).await;
        expect_served(context, number, after).await?;
    }
    let mut backwards = context.deleting("b");
    backwards.range_end = context.key("a");
    let deletions = [
        (
            "a deletion without a key",
            storeproof_wire::etcdserverpb::DeleteRangeRequest::default(),
        ),
        ("a deletion that ends before it begins", backwards),
    ];
    for (number, (after, request)) in deletions.into_iter().enumerate() {
        let _ = context.client().delete(request).await;
        expect_served(context, 10 + number, after).await?;
    }
    Ok(())
}

async fn malformed_transactions_harm_nobody(context: &Context) -> Verdict {
    let valueless = Compare {
        target: CompareTarget::Mod.into(),
        key: context.key("a"),
        ..Compare::default()
    };
    let comparing = |compare: Compare| TxnRequest {
        compare: vec![compare],
        ..context.creating("a", "1")
    };
    let put = context.putting("a", "1").operation();
    let requests = [
        ("a comparison without a value", comparing(valueless)),
        (
            "a comparison without a key",
            comparing(written_at(&bytes::Bytes::new(), 0)),
        ),
        (
            "an operation without a request",
            doing([RequestOp { request: None }]),
        ),
        ("two puts of a key", doing([put.clone(), put.clone()])),
        (
            "a put without a key",
            doing([PutRequest::default().operation()]),
        ),
        ("too many operations", doing(vec![put; 1000])),
    ];
    for (number, (after, request)) in requests.into_iter().enumerate() {
        let _ = context.client().txn(request).await;
        expect_served(context, number, after).await?;
    }
    Ok(())
}

async fn malformed_watches_harm_nobody(context: &Context) -> Verdict {
    let backwards = WatchCreateRequest {
        key: context.key("b"),
        range_end: context.key("a"),
        ..WatchCreateRequest::default()
    };
    let cancel = WatchCancelRequest { watch_id: 77 };
    let requests = [
        ("a request that says nothing", None),
        (
            "a watch that ends before it begins",
            Some(RequestUnion::CreateRequest(backwards)),
        ),
        (
            "the end of a watch that is not there",
            Some(RequestUnion::CancelRequest(cancel)),
        ),
    ];
    for (number, (after, request_union)) in requests.into_iter().enumerate() {
        let stream = context.client().watch(false).await?;
        stream.send_raw(WatchRequest { request_union }).await?;
        expect_served(context, number, after).await?;
    }
    Ok(())
}

async fn half_closed_streams_harm_nobody(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let mut watching = context.watching("served/").await?;
    let mut half = context.watching("").await?;
    half.half_close();
    for number in 0..3 {
        expect_served(&context, number, "a stream was half closed").await?;
        let told = events(&mut watching).await?;
        expect_eq("the number of events of a watch from before", told.len(), 1)?;
    }
    owned.stop().await;
    Ok(())
}

/// etcd up to 3.5 takes such a comparison for one that holds; a server may also refuse it. Both are answers.
async fn unknown_comparisons_are_answered(context: &Context) -> Verdict {
    let known = written_at(&context.key("a"), 0);
    let target = Compare {
        target: 99,
        ..known.clone()
    };
    let result = Compare {
        result: 99,
        ..known
    };
    for (number, (what, compare)) in [("an unknown target", target), ("an unknown result", result)]
        .into_iter()
        .enumerate()
    {
        let request = TxnRequest {
            compare: vec![compare],
            ..TxnRequest::default()
        };
        match context.client().txn(request).await {
            Err(status) if status.code() == Code::InvalidArgument => {}
            answer => drop(answer?),
        }
        expect_served(context, number, what).await?;
    }
    Ok(())
}
