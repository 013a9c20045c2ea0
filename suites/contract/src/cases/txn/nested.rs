//! Transactions within transactions.

use storeproof_wire::etcdserverpb::TxnRequest;

use crate::{
    Case, Context, Tier, Verdict, case,
    context::revision,
    expect_eq, expect_one, expect_succeeded,
    transaction::{self, Operation, doing, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        comparisons_see_what_was_before_everything,
        "Comparisons of all levels see the store as it was before the outermost transaction.",
        "TXN-28"
    ),
    case!(
        Tier::Parity,
        operations_see_what_the_outer_did,
        "Operations of an inner transaction see what those before them in the outer did.",
        "TXN-28 TXN-23"
    ),
    case!(
        Tier::Parity,
        all_levels_are_one_revision,
        "What is written on all levels has one revision.",
        "TXN-28 TXN-21"
    ),
];

async fn comparisons_see_what_was_before_everything(context: &Context) -> Verdict {
    let inner = TxnRequest {
        compare: vec![written_at(&context.key("a"), 0)],
        success: vec![context.putting("yes", "1").operation()],
        failure: vec![context.putting("no", "1").operation()],
    };
    let outer = doing([context.putting("a", "1").operation(), inner.operation()]);
    let answer = context.client().txn(outer).await?;
    let inner = transaction::nested(&answer, 1)?;
    expect_succeeded(
        "a comparison with a key that the outer one just put",
        inner,
        true,
    )?;
    let held = context.client().range(context.all("")).await?;
    expect_eq("the keys", context.names(&held), vec!["a", "yes"])
}

async fn operations_see_what_the_outer_did(context: &Context) -> Verdict {
    let inner = doing([context.one("a").operation()]);
    let outer = doing([context.putting("a", "1").operation(), inner.operation()]);
    let answer = context.client().txn(outer).await?;
    let inner = transaction::nested(&answer, 1)?;
    let kv = expect_one(transaction::ranged(inner, 0)?)?;
    expect_eq("the value", &kv.value[..], b"1")
}

async fn all_levels_are_one_revision(context: &Context) -> Verdict {
    let innermost = doing([context.putting("c", "1").operation()]);
    let inner = doing([context.putting("b", "1").operation(), innermost.operation()]);
    let outer = doing([context.putting("a", "1").operation(), inner.operation()]);
    let answer = context.client().txn(outer).await?;
    let own = revision(answer.header.as_ref())?;
    let held = context.client().range(context.all("")).await?;
    let revisions: Vec<i64> = held.kvs.iter().map(|kv| kv.mod_revision).collect();
    expect_eq(
        "the mod_revisions of the keys of three levels",
        revisions,
        vec![own; 3],
    )
}
