//! Reads of one key.

use bytes::Bytes;
use storeproof_wire::{
    etcdserverpb::{PutRequest, RangeRequest, TxnRequest},
    mvccpb::KeyValue,
};
use tonic::Code;

use crate::{
    Case, Context, Tier, Verdict, case, context::revision, expect_eq, expect_one, expect_refused,
    expect_that, transaction::Operation,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_missing_key_is_an_empty_answer,
        "A key that does not exist is an empty answer with the current revision.",
        "RNG-01"
    ),
    case!(
        Tier::Kubernetes,
        a_key_comes_with_everything_about_it,
        "A key comes with its value, its revisions, its version and its lease.",
        "RNG-02"
    ),
    case!(
        Tier::Kubernetes,
        an_updated_key_remembers_its_create,
        "An updated key keeps the revision of its create, and counts its versions.",
        "RNG-02"
    ),
    case!(
        Tier::Parity,
        no_key_is_refused,
        "A read without a key is refused, with and without an end.",
        "RNG-03"
    ),
    case!(
        Tier::Parity,
        a_limit_changes_nothing,
        "A limit above one makes no difference to a read of one key.",
        "RNG-29"
    ),
];

async fn a_missing_key_is_an_empty_answer(context: &Context) -> Verdict {
    let written = context.create("a", "1").await?;
    let answer = context.client().range(context.one("missing")).await?;
    expect_eq("the number of keys", answer.kvs.len(), 0)?;
    expect_eq("count", answer.count, 0)?;
    expect_eq("more", answer.more, false)?;
    let current = revision(answer.header.as_ref())?;
    expect_that(
        current >= written,
        format!("the answer's revision is at least {written}, that of the last write"),
        format!("it is {current}"),
    )
}

async fn a_key_comes_with_everything_about_it(context: &Context) -> Verdict {
    let lease = context.lease().await?;
    let put = PutRequest {
        lease,
        ..context.putting("a", "1")
    };
    let create = TxnRequest {
        success: vec![put.operation()],
        ..context.creating("a", "1")
    };
    let created = context.client().txn(create).await?;
    let created = revision(created.header.as_ref())?;
    let request = RangeRequest {
        limit: 1,
        ..context.one("a")
    };
    let answer = context.client().range(request).await?;
    expect_eq("count", answer.count, 1)?;
    expect_eq("more", answer.more, false)?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"1"),
        create_revision: created,
        mod_revision: created,
        version: 1,
        lease,
    };
    expect_eq("the key", expect_one(&answer)?, &expected)
}

async fn an_updated_key_remembers_its_create(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let mut updated = created;
    for version in 2..5 {
        updated = context.update("a", version.to_string(), updated).await?;
        let answer = context.client().range(context.one("a")).await?;
        let expected = KeyValue {
            key: context.key("a"),
            value: Bytes::from(version.to_string()),
            create_revision: created,
            mod_revision: updated,
            version,
            lease: 0,
        };
        expect_eq("the updated key", expect_one(&answer)?, &expected)?;
    }
    Ok(())
}

async fn no_key_is_refused(context: &Context) -> Verdict {
    for range_end in [Bytes::new(), context.key("b"), Bytes::from_static(b"\0")] {
        let request = RangeRequest {
            range_end,
            limit: 1,
            ..RangeRequest::default()
        };
        expect_refused(
            context.client().range(request).await,
            Code::InvalidArgument,
            "etcdserver: key is not provided",
        )?;
    }
    Ok(())
}

async fn a_limit_changes_nothing(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    for (name, expected) in [("a", 1), ("missing", 0)] {
        let request = RangeRequest {
            limit: 500,
            ..context.one(name)
        };
        let answer = context.client().range(request).await?;
        expect_eq("the number of keys", answer.kvs.len(), expected)?;
        expect_eq("more", answer.more, false)?;
    }
    Ok(())
}
