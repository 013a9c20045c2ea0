//! How API servers agree on who compacts: through the versions of one key that all of them know.

use bytes::Bytes;
use storeproof_wire::{
    etcdserverpb::{RangeRequest, TxnRequest, WatchCreateRequest},
    mvccpb::KeyValue,
};

use crate::{
    Case, Context, Need, Tier, Verdict, case,
    context::{events, revision},
    expect_eq, expect_one, expect_succeeded, expect_that,
    transaction::{self, Operation, has_version},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        one_of_them_is_elected,
        "An update of `compact_rev_key` that expects its version succeeds; another one gets the key with its value unchanged.",
        "TXN-12"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        those_who_watch_see_each_version,
        "A watch of `compact_rev_key` sees each of its versions with the value that was written.",
        "TXN-12"
    )
    .needs(&[Need::Quiet]),
];

const KEY: Bytes = Bytes::from_static(b"compact_rev_key");

fn reading() -> RangeRequest {
    RangeRequest {
        key: KEY,
        ..RangeRequest::default()
    }
}

fn electing(context: &Context, version: i64, value: &str) -> TxnRequest {
    let mut put = context.putting("", value);
    put.key = KEY;
    TxnRequest {
        compare: vec![has_version(&KEY, version)],
        success: vec![put.operation()],
        failure: vec![reading().operation()],
    }
}

/// The key as it is, and the store's revision: servers may have it from the beginning.
async fn current(context: &Context) -> Verdict<(KeyValue, i64)> {
    let answer = context.client().range(reading()).await?;
    let revision = revision(answer.header.as_ref())?;
    Ok((answer.kvs.into_iter().next().unwrap_or_default(), revision))
}

/// What is written is what is there: a compactor that believes it compacts nothing that it should not.
fn value(kv: &KeyValue) -> String {
    let text = String::from_utf8_lossy(&kv.value);
    text.parse::<i64>().unwrap_or(1).to_string()
}

async fn one_of_them_is_elected(context: &Context) -> Verdict {
    let (before, _) = current(context).await?;
    let (mut version, value) = (before.version, value(&before));
    for _ in 0..2 {
        let ahead = electing(context, version + 1, &value);
        let answer = context.client().txn(ahead).await?;
        expect_succeeded(
            "an election at a version that is still to come",
            &answer,
            false,
        )?;
        let answer = context
            .client()
            .txn(electing(context, version, &value))
            .await?;
        expect_succeeded("an election at the version that there is", &answer, true)?;
        let elected = revision(answer.header.as_ref())?;
        let answer = context
            .client()
            .txn(electing(context, version, "0"))
            .await?;
        expect_succeeded("the same election again", &answer, false)?;
        let kv = expect_one(transaction::ranged(&answer, 0)?)?;
        expect_eq("the version that comes back", kv.version, version + 1)?;
        expect_eq("the value that comes back", &kv.value[..], value.as_bytes())?;
        expect_eq("the revision that comes back", kv.mod_revision, elected)?;
        version += 1;
    }
    let answer = context.client().range(reading()).await?;
    let kv = expect_one(&answer)?;
    expect_eq("the value that is read", &kv.value[..], value.as_bytes())?;
    expect_eq("the version that is read", kv.version, version)
}

async fn those_who_watch_see_each_version(context: &Context) -> Verdict {
    let (before, seen) = current(context).await?;
    let value = value(&before);
    let mut stream = context.client().watch(false).await?;
    let watch = WatchCreateRequest {
        key: KEY,
        start_revision: seen + 1,
        ..WatchCreateRequest::default()
    };
    stream.create(watch).await?;
    let created = stream.next().await?;
    expect_that(created.created, "the watch is created", "it is not")?;
    for version in before.version..before.version + 2 {
        let answer = context
            .client()
            .txn(electing(context, version, &value))
            .await?;
        expect_succeeded("an election at the version that there is", &answer, true)?;
        let told = events(&mut stream).await?;
        let told: Vec<KeyValue> = told.into_iter().filter_map(|event| event.kv).collect();
        expect_eq("the number of events", told.len(), 1)?;
        let kv = told.into_iter().next().unwrap_or_default();
        expect_eq("the version in the event", kv.version, version + 1)?;
        expect_eq("the value in the event", &kv.value[..], value.as_bytes())?;
    }
    Ok(())
}
