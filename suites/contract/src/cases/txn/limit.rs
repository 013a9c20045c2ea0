//! How much one transaction may be.

use storeproof_wire::etcdserverpb::{RequestOp, TxnRequest};
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused,
    transaction::{Operation, doing, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        each_list_may_hold_128,
        "A transaction may have 128 comparisons, and 128 operations in each branch.",
        "TXN-27"
    ),
    case!(
        Tier::Parity,
        one_more_is_refused,
        "A transaction with more than 128 comparisons, or operations in a branch, is refused.",
        "TXN-27"
    ),
    case!(
        Tier::Parity,
        nested_ones_share_it,
        "A transaction within another has what the other leaves of the limit.",
        "TXN-27"
    ),
    case!(
        Tier::Parity,
        it_can_be_set,
        "A server that is told another limit keeps that one.",
        "TXN-27 LIM-05"
    )
    .needs(&[Need::OwnServer]),
];

fn puts(context: &Context, count: usize) -> Vec<RequestOp> {
    (0..count)
        .map(|number| context.putting(format!("{number}"), "1").operation())
        .collect()
}

/// Transactions with so much in one of their lists, and what of the case's keys is there if they are done.
fn full(context: &Context, count: usize) -> [TxnRequest; 3] {
    let holds = written_at(&context.key("never"), 0);
    let comparing = TxnRequest {
        compare: vec![holds; count],
        ..doing(puts(context, 1))
    };
    let otherwise = TxnRequest {
        compare: vec![written_at(&context.key("never"), 1)],
        success: Vec::new(),
        failure: puts(context, count),
    };
    [comparing, doing(puts(context, count)), otherwise]
}

const TOO_MANY: &str = "etcdserver: too many operations in txn request";

async fn expect_limit(context: &Context, limit: usize) -> Verdict {
    for request in full(context, limit) {
        context.client().txn(request).await?;
    }
    let held = context.client().range(context.all("")).await?;
    expect_eq("the number of keys", held.kvs.len(), limit)?;
    for request in full(context, limit + 1) {
        let answer = context.client().txn(request).await;
        expect_refused(answer, Code::InvalidArgument, TOO_MANY)?;
    }
    Ok(())
}

async fn each_list_may_hold_128(context: &Context) -> Verdict {
    for request in full(context, 128) {
        context.client().txn(request).await?;
    }
    let held = context.client().range(context.all("")).await?;
    expect_eq("the number of keys", held.kvs.len(), 128)
}

async fn one_more_is_refused(context: &Context) -> Verdict {
    for request in full(context, 129) {
        let answer = context.client().txn(request).await;
        expect_refused(answer, Code::InvalidArgument, TOO_MANY)?;
    }
    let held = context.client().range(context.all("")).await?;
    expect_eq("the number of keys", held.kvs.len(), 0)
}

async fn nested_ones_share_it(context: &Context) -> Verdict {
    let around = |count: usize| doing([doing(puts(context, count)).operation()]);
    context.client().txn(around(127)).await?;
    let held = context.client().range(context.all("")).await?;
    expect_eq("the number of keys", held.kvs.len(), 127)?;
    let answer = context.client().txn(around(128)).await;
    expect_refused(answer, Code::InvalidArgument, TOO_MANY)
}

async fn it_can_be_set(context: &Context) -> Verdict {
    let wish = Wish {
        flags: vec!["--max-txn-ops=5".to_owned()],
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    expect_limit(&context, 5).await?;
    owned.stop().await;
    Ok(())
}
