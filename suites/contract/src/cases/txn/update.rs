//! Updates: a put if the key is as it was.

use bytes::Bytes;
use storeproof_wire::{
    etcdserverpb::{PutRequest, TxnRequest},
    mvccpb::KeyValue,
};

use crate::{
    Case, Context, Need, Tier, Verdict, case,
    context::revision,
    expect_eq, expect_one, expect_steps, expect_succeeded,
    transaction::{self, Operation},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_key_that_is_as_expected_changes,
        "An update of a key that is as it was succeeds, is one revision, and keeps the create.",
        "TXN-03 TXN-13"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_changed_comes_back,
        "An update that expects another revision, below or above, writes nothing and answers with the key.",
        "TXN-03"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_missing_key_comes_back_as_nothing,
        "An update of a key that does not exist writes nothing and answers with no key and no count.",
        "TXN-03"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_is_expected_missing_is_created,
        "An update that expects no key creates it, and answers with the key where there is one.",
        "TXN-04"
    ),
    case!(
        Tier::Kubernetes,
        it_works_without_a_read,
        "An update without a read of what was there instead works, and answers with nothing where it does not succeed.",
        "TXN-09"
    ),
    case!(
        Tier::Kubernetes,
        the_lease_of_the_put_is_that_of_the_key,
        "A create or an update with a lease attaches the key to it.",
        "TXN-10"
    ),
    case!(
        Tier::Kubernetes,
        an_update_without_a_lease_takes_it_away,
        "An update without a lease takes that of the key away.",
        "TXN-10"
    ),
];

async fn a_key_that_is_as_expected_changes(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let before = context.revision().await?;
    let request = context.updating("a", "2", created);
    let answer = context.client().txn(request).await?;
    expect_succeeded("the update", &answer, true)?;
    expect_eq("the number of answers", answer.responses.len(), 1)?;
    transaction::put(&answer, 0)?;
    let updated = revision(answer.header.as_ref())?;
    expect_steps("the revision of the update", before, updated, 1)?;
    let read = context.client().range(context.one("a")).await?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"2"),
        create_revision: created,
        mod_revision: updated,
        version: 2,
        lease: 0,
    };
    expect_eq("the updated key", expect_one(&read)?, &expected)
}

async fn a_key_that_changed_comes_back(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let updated = context.update("a", "2", created).await?;
    let current = context.get("a").await?.unwrap_or_default();
    let before = context.revision().await?;
    for expected in [created, updated - 1, updated + 1, updated + 1000] {
        let request = context.updating("a", "3", expected);
        let answer = context.client().txn(request).await?;
        let what = format!("an update that expects {expected} where it is {updated}");
        expect_succeeded(&what, &answer, false)?;
        expect_eq("the number of answers", answer.responses.len(), 1)?;
        let ranged = transaction::ranged(&answer, 0)?;
        expect_eq("the key that comes back", expect_one(ranged)?, &current)?;
        expect_eq("count", ranged.count, 1)?;
    }
    expect_eq("the key", context.get("a").await?, Some(current))?;
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn a_missing_key_comes_back_as_nothing(context: &Context) -> Verdict {
    let created = context.create("gone", "1").await?;
    context.remove("gone", created).await?;
    let before = context.revision().await?;
    for name in ["missing", "gone"] {
        let request = context.updating(name, "2", created);
        let answer = context.client().txn(request).await?;
        expect_succeeded("an update of a missing key", &answer, false)?;
        let ranged = transaction::ranged(&answer, 0)?;
        expect_eq("the number of keys that come back", ranged.kvs.len(), 0)?;
        expect_eq("count", ranged.count, 0)?;
        expect_eq("the key", context.get(name).await?, None)?;
    }
    expect_steps("the store's revision", before, context.revision().await?, 0)
}

async fn a_key_that_is_expected_missing_is_created(context: &Context) -> Verdict {
    let created = context.update("a", "1", 0).await?;
    let current = context.get("a").await?.unwrap_or_default();
    expect_eq("create_revision", current.create_revision, created)?;
    expect_eq("the version", current.version, 1)?;
    let answer = context.client().txn(context.updating("a", "2", 0)).await?;
    expect_succeeded("the same again", &answer, false)?;
    let ranged = transaction::ranged(&answer, 0)?;
    expect_eq("the key that comes back", expect_one(ranged)?, &current)
}

async fn it_works_without_a_read(context: &Context) -> Verdict {
    let without = |request: TxnRequest| TxnRequest {
        failure: Vec::new(),
        ..request
    };
    let created = context.create("a", "1").await?;
    for (expected, succeeds) in [(created + 1, false), (created, true)] {
        let request = without(context.updating("a", "2", expected));
        let answer = context.client().txn(request).await?;
        expect_succeeded("an update without a read", &answer, succeeds)?;
        expect_eq(
            "the number of answers",
            answer.responses.len(),
            usize::from(succeeds),
        )?;
    }
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq("the value", &kv.value[..], b"2")
}

fn leased(context: &Context, request: TxnRequest, value: &str, lease: i64) -> TxnRequest {
    let put = PutRequest {
        lease,
        ..context.putting("a", value)
    };
    TxnRequest {
        success: vec![put.operation()],
        ..request
    }
}

async fn the_lease_of_the_put_is_that_of_the_key(context: &Context) -> Verdict {
    let (first, second) = (context.lease().await?, context.lease().await?);
    let create = leased(context, context.creating("a", "1"), "1", first);
    let created = context.client().txn(create).await?;
    expect_succeeded("the create", &created, true)?;
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq("the lease of the created key", kv.lease, first)?;
    let request = context.updating("a", "2", kv.mod_revision);
    let update = leased(context, request, "2", second);
    let updated = context.client().txn(update).await?;
    expect_succeeded("the update", &updated, true)?;
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq("the lease of the updated key", kv.lease, second)?;
    expect_eq("its value", &kv.value[..], b"2")
}

async fn an_update_without_a_lease_takes_it_away(context: &Context) -> Verdict {
    let lease = context.lease().await?;
    let create = leased(context, context.creating("a", "1"), "1", lease);
    let created = context.client().txn(create).await?;
    expect_succeeded("the create", &created, true)?;
    let created = revision(created.header.as_ref())?;
    context.update("a", "2", created).await?;
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq("the lease of the updated key", kv.lease, 0)
}
