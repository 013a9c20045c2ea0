//! How many watches one connection may have.

use std::collections::{BTreeMap, BTreeSet};

use storeproof_wire::{etcdserverpb::WatchCreateRequest, mvccpb::Event};

use crate::{Case, Context, Tier, Verdict, case, expect_eq, expect_that};

pub(in crate::cases) const CASES: &[Case] = &[case!(
    Tier::Kubernetes,
    there_may_be_a_thousand,
    "A thousand watches on one connection are created, and all are told.",
    "LIM-08"
)];

const WATCHES: usize = 1000;

/// The API server has all its watches on one stream.
async fn there_may_be_a_thousand(context: &Context) -> Verdict {
    let mut stream = context.client().watch(true).await?;
    let key = context.key("a");
    for _ in 0..WATCHES {
        let request = WatchCreateRequest {
            key: key.clone(),
            prev_kv: true,
            progress_notify: true,
            ..WatchCreateRequest::default()
        };
        stream.create(request).await?;
    }
    let mut ids = BTreeSet::new();
    while ids.len() < WATCHES {
        let answer = stream.next().await?;
        expect_that(
            answer.created && !answer.canceled,
            "the watch is created",
            format!("it is not: {:?}", answer.cancel_reason),
        )?;
        let new = ids.insert(answer.watch_id);
        expect_that(new, "each watch has an id of its own", "two have the same")?;
    }
    let created = context.create("a", "1").await?;
    let mut told: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    while told.len() < WATCHES {
        let answer = stream.next().await?;
        let revisions = told.entry(answer.watch_id).or_default();
        let written = |event: Event| event.kv.map(|kv| kv.mod_revision);
        revisions.extend(answer.events.into_iter().filter_map(written));
    }
    let watches: BTreeSet<i64> = told.keys().copied().collect();
    expect_eq("the watches that are told", watches, ids)?;
    let right = told.values().all(|revisions| *revisions == [created]);
    expect_that(right, "each is told once", "some are told otherwise")
}
