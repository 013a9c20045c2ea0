use std::time::Duration;

use futures::future::try_join_all;
use storeproof::{requests::Request, storage::Update};
use storeproof_fixtures::objects::{key, pod};

use super::LONG;
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Row, Verdict, expect_eq,
        names, row_of, update_or_create,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows RUNS_ROWS,
        runs_a_twentieth_longer,
        "A lease is asked for that runs a twentieth longer than the object, in whole seconds, at most a minute.",
        "store/4 store/3.12"
    )
    .needs(NEEDS),
    case!(
        happens_once_for_many,
        "Objects that are created at the same time ask for one lease between them.",
        "store/6/81 store/4"
    )
    .needs(NEEDS),
    case!(
        comes_before_a_creation_is_sealed,
        "A creation asks for its lease first: it is spent where the value cannot be sealed. An update asks afterwards.",
        "store/6/9 store/3.4 store/3.6"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::TimeToLive,
    Capability::Leases,
    Capability::RequestCounting,
    Capability::Transformer,
];

const RUNS_ROWS: &[Row] = &names(&RUNS);

/// For how many seconds the object is wanted, and the lease.
const RUNS: [(&str, (u64, i64)); 5] = [
    ("minute", (60, 63)),
    ("nineteen-seconds", (19, 19)),
    ("twenty-seconds", (20, 21)),
    ("twenty-minutes", (1200, 1260)),
    ("hour", (3600, 3660)),
];

async fn grants(context: &Context) -> Verdict<Vec<Request>> {
    let mut sent = context.requests().await?;
    sent.retain(|request| matches!(request, Request::Grant { .. }));
    Ok(sent)
}

async fn runs_a_twentieth_longer(context: &Context, row: usize) -> Verdict {
    let (ttl, seconds) = *row_of(&RUNS, row);
    context.forget_requests().await?;
    context.create_for(&pod("ns", "foo"), ttl).await?;
    let expected = vec![Request::Grant { seconds }];
    expect_eq("the leases asked for", grants(context).await?, expected)
}

async fn happens_once_for_many(context: &Context) -> Verdict {
    let pods: Vec<_> = (0..8)
        .map(|number| pod("ns", &format!("pod-{number}")))
        .collect();
    context.forget_requests().await?;
    try_join_all(pods.iter().map(|pod| context.create_for(pod, LONG))).await?;
    expect_eq(
        "the number of leases asked for",
        grants(context).await?.len(),
        1,
    )
}

async fn comes_before_a_creation_is_sealed(context: &Context) -> Verdict {
    let store = context.store();
    let ttl = Some(Duration::from_secs(LONG));
    context.transformer().fail_writes(true);
    context.forget_requests().await?;
    let created = store
        .create(&key("ns", "foo"), &pod("ns", "foo"), ttl)
        .await;
    created.expect_internal()?;
    context
        .expect_requests(&[Request::Grant { seconds: 3660 }])
        .await?;
    let mut update = RecordedUpdate::new(|_| {
        Ok(Update {
            object: pod("ns", "bar"),
            ttl: Some(Duration::from_secs(3 * LONG)),
        })
    });
    let at = key("ns", "bar");
    let updated = store
        .guaranteed_update(&at, update_or_create(), &mut update)
        .await;
    updated.expect_internal()?;
    context.expect_requests(&[context.get_of(&at, 0)?]).await
}
