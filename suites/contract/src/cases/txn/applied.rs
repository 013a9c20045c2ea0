//! How many revisions transactions are.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::TxnRequest;

use crate::{
    Case, Context, Need, Tier, Verdict, case,
    context::{events, revision},
    expect_eq, expect_steps, expect_succeeded,
    transaction::{Operation, doing, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        an_empty_one_is_none,
        "A transaction of nothing succeeds, and is no revision.",
        "TXN-20"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        many_writes_are_one,
        "A transaction of many writes is one revision, that of all its keys.",
        "TXN-21"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        many_writes_are_one_message,
        "Those who watch are told of a transaction in one message, each watch of what it watches.",
        "TXN-21"
    ),
    case!(
        Tier::Parity,
        reads_and_deletions_of_nothing_are_none,
        "A transaction that only reads, or whose deletions find nothing, is no revision.",
        "TXN-22"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        writes_of_the_other_branch_are_one,
        "What a transaction writes where its comparisons do not hold is a revision too.",
        "TXN-31"
    )
    .needs(&[Need::Quiet]),
];

async fn an_empty_one_is_none(context: &Context) -> Verdict {
    let before = context.revision().await?;
    let answer = context.client().txn(TxnRequest::default()).await?;
    expect_succeeded("a transaction of nothing", &answer, true)?;
    expect_eq("the number of answers", answer.responses.len(), 0)?;
    let observed = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, observed, 0)?;
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

/// Three puts and the deletion of two keys that are there.
async fn writing(context: &Context) -> Verdict<TxnRequest> {
    for name in ["p/b", "q/a", "q/b"] {
        context.create(name, "1").await?;
    }
    let puts = ["p/c", "p/b", "p/a"].map(|name| context.putting(name, "2").operation());
    let deletion = context.deleting_all("q/").operation();
    Ok(doing(
        puts.into_iter().chain([deletion]).collect::<Vec<_>>(),
    ))
}

async fn many_writes_are_one(context: &Context) -> Verdict {
    let request = writing(context).await?;
    let before = context.revision().await?;
    let answer = context.client().txn(request).await?;
    let written = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, written, 1)?;
    let read = context.client().range(context.all("")).await?;
    expect_eq("the keys", context.names(&read), vec!["p/a", "p/b", "p/c"])?;
    let revisions: Vec<i64> = read.kvs.iter().map(|kv| kv.mod_revision).collect();
    expect_eq("their mod_revisions", revisions, vec![written; 3])?;
    expect_steps("the store's revision", before, context.revision().await?, 1)
}

async fn many_writes_are_one_message(context: &Context) -> Verdict {
    let request = writing(context).await?;
    let mut all = context.watching("").await?;
    let mut some = context.watching("p/").await?;
    let answer = context.client().txn(request).await?;
    let written = revision(answer.header.as_ref())?;
    for (stream, names) in [
        (&mut all, &["p/a", "p/b", "p/c", "q/a", "q/b"][..]),
        (&mut some, &["p/a", "p/b", "p/c"]),
    ] {
        let told = events(stream).await?;
        let told = told.into_iter().filter_map(|event| event.kv);
        let mut told: Vec<(Bytes, i64)> = told.map(|kv| (kv.key, kv.mod_revision)).collect();
        told.sort_unstable();
        let expected = names.iter().map(|name| (context.key(name), written));
        let expected: Vec<(Bytes, i64)> = expected.collect();
        expect_eq("the message", told, expected)?;
    }
    Ok(())
}

async fn reads_and_deletions_of_nothing_are_none(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    let before = context.revision().await?;
    for request in [
        doing([context.one("a").operation(), context.all("").operation()]),
        doing([context.deleting("missing").operation()]),
        doing([
            context.deleting_all("none/").operation(),
            context.one("a").operation(),
        ]),
    ] {
        let answer = context.client().txn(request).await?;
        let observed = revision(answer.header.as_ref())?;
        expect_steps("the revision of the answer", before, observed, 0)?;
    }
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn writes_of_the_other_branch_are_one(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let before = context.revision().await?;
    let request = TxnRequest {
        compare: vec![written_at(&context.key("a"), created + 1)],
        success: vec![context.putting("yes", "1").operation()],
        failure: vec![context.putting("no", "1").operation()],
    };
    let answer = context.client().txn(request).await?;
    expect_succeeded(
        "a transaction whose comparison does not hold",
        &answer,
        false,
    )?;
    let written = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, written, 1)?;
    expect_eq(
        "the key of the branch that was not taken",
        context.get("yes").await?,
        None,
    )?;
    let kv = context.get("no").await?.unwrap_or_default();
    expect_eq(
        "mod_revision of the key that was written",
        kv.mod_revision,
        written,
    )
}
