//! What operations of one transaction see of each other, and which keys they are about.

use storeproof_wire::etcdserverpb::{RangeResponse, TxnRequest};

use crate::{
    Case, Context, Tier, Verdict, case,
    context::revision,
    expect_eq, expect_one, expect_succeeded,
    transaction::{self, Operation, doing, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        operations_see_those_before_them,
        "Operations run in order, and each sees what those before it did.",
        "TXN-23"
    ),
    case!(
        Tier::Parity,
        headers_tell_when_the_first_write_was,
        "Within a transaction, answers carry the revision before it until the first write, and its own from then on.",
        "TXN-23"
    ),
    case!(
        Tier::Parity,
        another_key_than_the_compared_one_is_written,
        "A transaction that compares one key and writes another writes the other.",
        "TXN-32"
    ),
    case!(
        Tier::Parity,
        another_key_than_the_compared_one_is_read,
        "A transaction that compares one key and reads another answers with the other.",
        "TXN-32"
    ),
    case!(
        Tier::Parity,
        ranges_can_be_deleted,
        "A deletion of a range within a transaction deletes the range.",
        "TXN-33"
    ),
];

fn values(answer: &RangeResponse) -> Vec<&[u8]> {
    answer.kvs.iter().map(|kv| &kv.value[..]).collect()
}

async fn operations_see_those_before_them(context: &Context) -> Verdict {
    context.create("a", "old").await?;
    let read = context.one("a").operation();
    let put = context.putting("a", "new").operation();
    let delete = context.deleting("a").operation();
    // One transaction may not put a key and delete it.
    let answer = context
        .client()
        .txn(doing([read.clone(), put, read.clone()]))
        .await?;
    expect_eq(
        "before the put",
        values(transaction::ranged(&answer, 0)?),
        vec![b"old"],
    )?;
    expect_eq(
        "after the put",
        values(transaction::ranged(&answer, 2)?),
        vec![b"new"],
    )?;
    let answer = context.client().txn(doing([delete, read])).await?;
    expect_eq("deleted", transaction::deleted(&answer, 0)?.deleted, 1)?;
    let after = transaction::ranged(&answer, 1)?;
    expect_eq("after the deletion", values(after), Vec::<&[u8]>::new())
}

async fn headers_tell_when_the_first_write_was(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    let read = context.one("a").operation();
    let request = doing([
        read.clone(),
        context.putting("b", "1").operation(),
        read.clone(),
        context.putting("c", "1").operation(),
        read,
    ]);
    let answer = context.client().txn(request).await?;
    let own = revision(answer.header.as_ref())?;
    for (at, expected) in [(0, own - 1), (2, own), (4, own)] {
        let inner = revision(transaction::ranged(&answer, at)?.header.as_ref())?;
        expect_eq(&format!("the revision of operation {at}"), inner, expected)?;
    }
    Ok(())
}

async fn another_key_than_the_compared_one_is_written(context: &Context) -> Verdict {
    let created = context.create("compared", "1").await?;
    let request = TxnRequest {
        compare: vec![written_at(&context.key("compared"), created)],
        success: vec![context.putting("written", "2").operation()],
        failure: vec![context.one("compared").operation()],
    };
    let answer = context.client().txn(request).await?;
    expect_succeeded("the transaction", &answer, true)?;
    let own = revision(answer.header.as_ref())?;
    let compared = context.get("compared").await?.unwrap_or_default();
    expect_eq(
        "mod_revision of the compared key",
        compared.mod_revision,
        created,
    )?;
    expect_eq("its value", &compared.value[..], b"1")?;
    let written = context.get("written").await?.unwrap_or_default();
    expect_eq("mod_revision of the other key", written.mod_revision, own)?;
    expect_eq("its value", &written.value[..], b"2")
}

async fn another_key_than_the_compared_one_is_read(context: &Context) -> Verdict {
    let created = context.create("compared", "1").await?;
    context.create("other", "2").await?;
    let request = TxnRequest {
        compare: vec![written_at(&context.key("compared"), created + 1)],
        success: vec![context.putting("compared", "3").operation()],
        failure: vec![context.one("other").operation()],
    };
    let answer = context.client().txn(request).await?;
    expect_succeeded("the transaction", &answer, false)?;
    let kv = expect_one(transaction::ranged(&answer, 0)?)?;
    expect_eq("the key that is read", &kv.key, &context.key("other"))?;
    expect_eq("its value", &kv.value[..], b"2")
}

async fn ranges_can_be_deleted(context: &Context) -> Verdict {
    let created = context.create("p/a", "1").await?;
    for name in ["p/b", "p/c", "q"] {
        context.create(name, "1").await?;
    }
    let request = TxnRequest {
        compare: vec![written_at(&context.key("p/a"), created)],
        success: vec![context.deleting_all("p/").operation()],
        failure: vec![context.one("p/a").operation()],
    };
    let answer = context.client().txn(request).await?;
    expect_succeeded("the transaction", &answer, true)?;
    expect_eq("deleted", transaction::deleted(&answer, 0)?.deleted, 3)?;
    let rest = context.client().range(context.all("")).await?;
    expect_eq("what is left", context.names(&rest), vec!["q"])
}
