//! Transactions that are refused as a whole.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{
    DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest,
};
use tonic::Code;

use crate::{
    Case, Context, Need, Owned, Tier, Verdict, Wish, case, expect_eq, expect_refused,
    transaction::{self, Operation, doing, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_key_is_written_once,
        "A transaction that writes a key twice is refused, in whichever branch it does.",
        "TXN-24"
    ),
    case!(
        Tier::Parity,
        a_key_may_be_deleted_twice,
        "A transaction may delete a key twice; the second deletion finds nothing.",
        "TXN-24"
    ),
    case!(
        Tier::Parity,
        both_branches_may_write_a_key,
        "The two branches of a transaction may write the same key.",
        "TXN-24"
    ),
    case!(
        Tier::Parity,
        no_key_is_refused,
        "A transaction with a comparison or an operation without a key is refused, in whichever branch it is.",
        "TXN-25"
    ),
    case!(
        Tier::Parity,
        an_operation_of_nothing_is_refused,
        "A transaction with an operation without a request is refused.",
        "TXN-26"
    ),
    case!(
        Tier::Parity,
        a_read_of_the_future_undoes_everything,
        "A transaction that reads the future is refused, and what stands before that in it is not done.",
        "TXN-29 RNG-18"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_read_of_what_was_compacted_undoes_everything,
        "A transaction that reads what was compacted is refused, and what stands before that in it is not done.",
        "TXN-29 RNG-19"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        an_unknown_lease_undoes_everything,
        "A transaction that puts a key with a lease that does not exist is refused, and nothing of it is done.",
        "TXN-30"
    ),
];

/// The same operations where the comparisons hold, and where they do not: no key holds `never`, so the first is not taken.
fn both_branches(context: &Context, operations: &[RequestOp]) -> [TxnRequest; 3] {
    let missing = vec![written_at(&context.key("never"), 1)];
    let taken = doing(operations);
    let untaken = TxnRequest {
        compare: missing.clone(),
        ..taken.clone()
    };
    let otherwise = TxnRequest {
        compare: missing,
        success: Vec::new(),
        failure: operations.to_vec(),
    };
    [taken, untaken, otherwise]
}

async fn expect_all_refused(
    context: &Context,
    operations: &[RequestOp],
    (code, message): (Code, &str),
) -> Verdict {
    for request in both_branches(context, operations) {
        let answer = context.client().txn(request).await;
        expect_refused(answer, code, message)?;
    }
    let held = context.client().range(context.all("")).await?;
    expect_eq("the keys", context.names(&held), Vec::<&str>::new())
}

async fn a_key_is_written_once(context: &Context) -> Verdict {
    let put = context.putting("a", "1").operation();
    let delete = context.deleting("a").operation();
    let all = context.deleting_all("").operation();
    let nested = doing([put.clone()]).operation();
    for operations in [
        [put.clone(), put.clone()],
        [put.clone(), delete.clone()],
        [delete, put.clone()],
        [all, put.clone()],
        [put, nested],
    ] {
        let refusal = (
            Code::InvalidArgument,
            "etcdserver: duplicate key given in txn request",
        );
        expect_all_refused(context, &operations, refusal).await?;
    }
    Ok(())
}

async fn a_key_may_be_deleted_twice(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    let delete = context.deleting("a").operation();
    let answer = context
        .client()
        .txn(doing([delete.clone(), delete]))
        .await?;
    expect_eq(
        "deleted of the first",
        transaction::deleted(&answer, 0)?.deleted,
        1,
    )?;
    expect_eq(
        "deleted of the second",
        transaction::deleted(&answer, 1)?.deleted,
        0,
    )
}

async fn both_branches_may_write_a_key(context: &Context) -> Verdict {
    let request = TxnRequest {
        compare: vec![written_at(&context.key("never"), 1)],
        success: vec![context.putting("a", "yes").operation()],
        failure: vec![context.putting("a", "no").operation()],
    };
    for (request, value) in [
        (doing([request.clone().operation()]), "no"),
        (request, "no"),
    ] {
        context.client().txn(request).await?;
        let kv = context.get("a").await?.unwrap_or_default();
        expect_eq("the value", &kv.value[..], value.as_bytes())?;
    }
    Ok(())
}

const KEYLESS: (Code, &str) = (Code::InvalidArgument, "etcdserver: key is not provided");

async fn no_key_is_refused(context: &Context) -> Verdict {
    let comparing = TxnRequest {
        compare: vec![written_at(&Bytes::new(), 0)],
        ..context.creating("a", "1")
    };
    let answer = context.client().txn(comparing).await;
    expect_refused(answer, KEYLESS.0, KEYLESS.1)?;
    let put = context.putting("a", "1").operation();
    for keyless in [
        PutRequest::default().operation(),
        RangeRequest::default().operation(),
        DeleteRangeRequest::default().operation(),
    ] {
        expect_all_refused(context, &[put.clone(), keyless], KEYLESS).await?;
    }
    Ok(())
}

async fn an_operation_of_nothing_is_refused(context: &Context) -> Verdict {
    let put = context.putting("a", "1").operation();
    let nothing = RequestOp { request: None };
    let refusal = (Code::InvalidArgument, "etcdserver: key not found");
    expect_all_refused(context, &[put, nothing], refusal).await
}

/// A put of `a`, and then this.
async fn expect_undone(
    context: &Context,
    then: RequestOp,
    (code, message): (Code, &str),
) -> Verdict {
    let request = doing([context.putting("a", "1").operation(), then]);
    let answer = context.client().txn(request).await;
    expect_refused(answer, code, message)?;
    expect_eq("the key that was put before", context.get("a").await?, None)?;
    let written = context.create("a", "1").await?;
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq("the version after a create", kv.version, 1)?;
    expect_eq("the revision of a create", kv.mod_revision, written)
}

/// A server of the case's own, with one member: where there are several, those of etcd before 3.7 may differ for ever after
/// such a transaction (etcd#18667), and whoever asked would have made them so.
async fn alone(context: &Context) -> Verdict<(Box<dyn Owned>, Context)> {
    context.own(&Wish::default()).await
}

async fn a_read_of_the_future_undoes_everything(context: &Context) -> Verdict {
    let (owned, context) = alone(context).await?;
    let future = RangeRequest {
        revision: i64::MAX,
        ..context.one("b")
    };
    let refusal = (
        Code::OutOfRange,
        "etcdserver: mvcc: required revision is a future revision",
    );
    expect_undone(&context, future.operation(), refusal).await?;
    owned.stop().await;
    Ok(())
}

async fn a_read_of_what_was_compacted_undoes_everything(context: &Context) -> Verdict {
    let (owned, context) = alone(context).await?;
    let first = context.create("b", "1").await?;
    let second = context.update("b", "2", first).await?;
    context.compact(second).await?;
    let compacted = RangeRequest {
        revision: first,
        ..context.one("b")
    };
    let refusal = (
        Code::OutOfRange,
        "etcdserver: mvcc: required revision has been compacted",
    );
    expect_undone(&context, compacted.operation(), refusal).await?;
    owned.stop().await;
    Ok(())
}

async fn an_unknown_lease_undoes_everything(context: &Context) -> Verdict {
    let before = context.create("before", "1").await?;
    let leased = PutRequest {
        lease: 0x7eed_1e55,
        ..context.putting("b", "1")
    };
    let refusal = (Code::NotFound, "etcdserver: requested lease not found");
    expect_undone(context, leased.operation(), refusal).await?;
    expect_eq("the key with the lease", context.get("b").await?, None)?;
    let kv = context.get("before").await?.unwrap_or_default();
    expect_eq("mod_revision of another key", kv.mod_revision, before)
}
