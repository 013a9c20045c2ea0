//! Creates: a put if the key does not exist.

use bytes::Bytes;
use storeproof_wire::mvccpb::KeyValue;

use crate::{
    Case, Context, Need, Tier, Verdict, case, context::revision, expect_eq, expect_one,
    expect_steps, expect_succeeded, transaction,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_new_key_is_one_revision,
        "A create of a key that does not exist succeeds, is one revision, and answers with a put.",
        "TXN-01 TXN-13"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_exists_stays,
        "A create of a key that exists does not succeed, answers with nothing, and is no revision.",
        "TXN-01"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_was_deleted_begins_anew,
        "A create of a key that was deleted succeeds: version one, and a new revision of its create.",
        "TXN-02"
    ),
];

async fn a_new_key_is_one_revision(context: &Context) -> Verdict {
    let before = context.revision().await?;
    let answer = context.client().txn(context.creating("a", "1")).await?;
    expect_succeeded("the create", &answer, true)?;
    expect_eq("the number of answers", answer.responses.len(), 1)?;
    transaction::put(&answer, 0)?;
    let created = revision(answer.header.as_ref())?;
    expect_steps("the revision of the create", before, created, 1)?;
    let read = context.client().range(context.one("a")).await?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"1"),
        create_revision: created,
        mod_revision: created,
        version: 1,
        lease: 0,
    };
    expect_eq("the created key", expect_one(&read)?, &expected)?;
    let after = revision(read.header.as_ref())?;
    expect_steps("the store's revision", before, after, 1)
}

async fn a_key_that_exists_stays(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let before = context.revision().await?;
    let answer = context.client().txn(context.creating("a", "2")).await?;
    expect_succeeded("a create of a key that exists", &answer, false)?;
    expect_eq("the number of answers", answer.responses.len(), 0)?;
    let read = context.client().range(context.one("a")).await?;
    let kv = expect_one(&read)?;
    expect_eq("the value", &kv.value[..], b"1")?;
    expect_eq("mod_revision", kv.mod_revision, created)?;
    let observed = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, observed, 0)?;
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn a_key_that_was_deleted_begins_anew(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let updated = context.update("a", "2", created).await?;
    context.remove("a", updated).await?;
    let again = context.create("a", "3").await?;
    let read = context.client().range(context.one("a")).await?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"3"),
        create_revision: again,
        mod_revision: again,
        version: 1,
        lease: 0,
    };
    expect_eq(
        "the key that was created again",
        expect_one(&read)?,
        &expected,
    )
}
