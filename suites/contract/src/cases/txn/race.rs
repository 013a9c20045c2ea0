//! Updates that race.

use std::collections::BTreeSet;

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{PutRequest, RangeRequest, TxnRequest};
use tokio::task::JoinSet;

use crate::{
    Case, Client, Context, Fault, Tier, Verdict, case,
    context::{events, revision},
    expect_eq, expect_one, expect_that,
    transaction::{self, Operation, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        every_update_that_succeeds_counts_once,
        "Where many update a counter at once, each success counts once, at a revision of its own, and those who watch see each.",
        "TXN-11 HDR-03"
    ),
    case!(
        Tier::Kubernetes,
        one_create_succeeds,
        "Where many create the same key at once, one succeeds.",
        "TXN-11 TXN-01"
    ),
];

const CLIENTS: usize = 8;
const UPDATES: usize = 25;

/// Raises the counter until it was raised so often, from what the server says it is; the revisions of that.
async fn count(client: Client, key: Bytes) -> Verdict<Vec<i64>> {
    let read = RangeRequest {
        key: key.clone(),
        ..RangeRequest::default()
    };
    let first = client.range(read.clone()).await?;
    let mut current = expect_one(&first)?.clone();
    let mut raised = Vec::new();
    while raised.len() < UPDATES {
        let text = String::from_utf8_lossy(&current.value);
        let number: u64 = text
            .parse()
            .map_err(|_| Fault::failed("the counter is a number", format!("it is {text:?}")))?;
        let put = PutRequest {
            key: key.clone(),
            value: (number + 1).to_string().into(),
            ..PutRequest::default()
        };
        let update = TxnRequest {
            compare: vec![written_at(&key, current.mod_revision)],
            success: vec![put.clone().operation()],
            failure: vec![read.clone().operation()],
        };
        let answer = client.txn(update).await?;
        if answer.succeeded {
            current.value = put.value;
            current.mod_revision = revision(answer.header.as_ref())?;
            raised.push(current.mod_revision);
        } else {
            current = expect_one(transaction::ranged(&answer, 0)?)?.clone();
        }
    }
    Ok(raised)
}

async fn every_update_that_succeeds_counts_once(context: &Context) -> Verdict {
    context.create("counter", "0").await?;
    let mut stream = context.watching("counter").await?;
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let client = context.connect(number % context.members()).await?;
        clients.spawn(count(client, context.key("counter")));
    }
    let mut revisions = Vec::new();
    while let Some(ended) = clients.join_next().await {
        revisions.extend(ended.map_err(|error| Fault::broken("A client did not end", error))??);
    }
    let all = revisions.len();
    let unique: BTreeSet<i64> = revisions.into_iter().collect();
    expect_eq("the number of revisions of successes", unique.len(), all)?;
    let counter = context.get("counter").await?.unwrap_or_default();
    expect_eq(
        "the counter",
        &counter.value[..],
        all.to_string().as_bytes(),
    )?;
    let mut seen = Vec::new();
    while seen.len() < all {
        let told = events(&mut stream).await?;
        let told = told.into_iter().filter_map(|event| event.kv);
        seen.extend(told.map(|kv| kv.mod_revision));
    }
    let expected: Vec<i64> = unique.into_iter().collect();
    expect_that(
        seen == expected,
        "a watch sees each success once, in order",
        format!(
            "it sees {} events, the successes are {}",
            seen.len(),
            expected.len()
        ),
    )
}

async fn one_create_succeeds(context: &Context) -> Verdict {
    for round in 0..5 {
        let name = format!("a/{round}");
        let creates = (0..CLIENTS).map(|number| {
            let request = context.creating(&name, number.to_string());
            context.client().txn(request)
        });
        let answers = futures::future::try_join_all(creates).await?;
        let winners = answers
            .iter()
            .enumerate()
            .filter(|(_, answer)| answer.succeeded);
        let winners: Vec<usize> = winners.map(|(number, _)| number).collect();
        expect_eq("the number of creates that succeed", winners.len(), 1)?;
        let kv = context.get(&name).await?.unwrap_or_default();
        let value = winners.first().map(ToString::to_string).unwrap_or_default();
        expect_eq("the value", &kv.value[..], value.as_bytes())?;
    }
    Ok(())
}
