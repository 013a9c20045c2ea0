//! Deletions of a key that is as it was.

use storeproof_wire::etcdserverpb::TxnRequest;

use crate::{
    Case, Context, Need, Tier, Verdict, case, context::revision, expect_eq, expect_one,
    expect_steps, expect_succeeded, transaction,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_key_that_is_as_expected_goes,
        "A deletion of a key that is as it was succeeds, is one revision, and says that one key went.",
        "TXN-05"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_changed_stays_and_comes_back,
        "A deletion that expects another revision deletes nothing and answers with the key.",
        "TXN-06"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_is_gone_comes_back_as_nothing,
        "A deletion of a key that is gone does not succeed, and answers with no key.",
        "TXN-06"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_is_expected_missing_stays,
        "A deletion that expects no key leaves the key that there is.",
        "TXN-07"
    ),
    case!(
        Tier::Parity,
        a_key_that_never_was_is_nothing,
        "A deletion of a key that never existed succeeds where it expects none, and deletes nothing; else it does not succeed.",
        "TXN-08"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        it_works_without_a_read,
        "A deletion without a read of what was there instead works, and answers with nothing where it does not succeed.",
        "TXN-09"
    ),
];

async fn a_key_that_is_as_expected_goes(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    context.create("b", "1").await?;
    let before = context.revision().await?;
    let answer = context.client().txn(context.removing("a", created)).await?;
    expect_succeeded("the deletion", &answer, true)?;
    expect_eq("the number of answers", answer.responses.len(), 1)?;
    expect_eq("deleted", transaction::deleted(&answer, 0)?.deleted, 1)?;
    let rest = context.client().range(context.all("")).await?;
    expect_eq("what is left", context.names(&rest), vec!["b"])?;
    let removed = revision(answer.header.as_ref())?;
    expect_steps("the revision of the deletion", before, removed, 1)?;
    expect_steps("the store's revision", before, context.revision().await?, 1)
}

async fn a_key_that_changed_stays_and_comes_back(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let updated = context.update("a", "2", created).await?;
    let current = context.get("a").await?.unwrap_or_default();
    let before = context.revision().await?;
    for expected in [created, updated + 1] {
        let request = context.removing("a", expected);
        let answer = context.client().txn(request).await?;
        let what = format!("a deletion that expects {expected} where it is {updated}");
        expect_succeeded(&what, &answer, false)?;
        let ranged = transaction::ranged(&answer, 0)?;
        expect_eq("the key that comes back", expect_one(ranged)?, &current)?;
    }
    expect_eq("the key", context.get("a").await?, Some(current))?;
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn a_key_that_is_gone_comes_back_as_nothing(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    context.remove("a", created).await?;
    let before = context.revision().await?;
    let answer = context.client().txn(context.removing("a", created)).await?;
    expect_succeeded("a deletion of a key that is gone", &answer, false)?;
    let ranged = transaction::ranged(&answer, 0)?;
    expect_eq("the number of keys that come back", ranged.kvs.len(), 0)?;
    expect_eq("count", ranged.count, 0)?;
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn a_key_that_is_expected_missing_stays(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    let current = context.get("a").await?.unwrap_or_default();
    let answer = context.client().txn(context.removing("a", 0)).await?;
    expect_succeeded("a deletion that expects no key", &answer, false)?;
    let ranged = transaction::ranged(&answer, 0)?;
    expect_eq("the key that comes back", expect_one(ranged)?, &current)?;
    expect_eq("the key", context.get("a").await?, Some(current))
}

async fn a_key_that_never_was_is_nothing(context: &Context) -> Verdict {
    let before = context.revision().await?;
    let answer = context.client().txn(context.removing("never", 0)).await?;
    expect_succeeded("a deletion that expects no key", &answer, true)?;
    expect_eq("deleted", transaction::deleted(&answer, 0)?.deleted, 0)?;
    let answer = context.client().txn(context.removing("never", 7)).await?;
    expect_succeeded("a deletion that expects revision 7", &answer, false)?;
    let ranged = transaction::ranged(&answer, 0)?;
    expect_eq("the number of keys that come back", ranged.kvs.len(), 0)?;
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn it_works_without_a_read(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    for (expected, succeeds) in [(created + 1, false), (created, true)] {
        let request = TxnRequest {
            failure: Vec::new(),
            ..context.removing("a", expected)
        };
        let answer = context.client().txn(request).await?;
        expect_succeeded("a deletion without a read", &answer, succeeds)?;
        expect_eq(
            "the number of answers",
            answer.responses.len(),
            usize::from(succeeds),
        )?;
    }
    expect_eq("the key", context.get("a").await?, None)
}
