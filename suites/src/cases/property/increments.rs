//! Concurrent increments of one counter.

use std::{collections::BTreeSet, sync::Arc};

use proptest::{
    collection::vec,
    prelude::{Just, Strategy},
    prop_oneof,
};
use serde::{Deserialize, Serialize};
use storeproof::storage::{AsyncUpdate, Result, Store, Update, UpdateOptions};
use storeproof_fixtures::objects::{Pod, key, pod};
use tokio::{
    sync::Barrier,
    task::{JoinSet, yield_now},
    time::timeout,
};
use uuid::Uuid;

use super::writing::find;
use crate::{
    case,
    harness::{
        Case, Context, Effort, Fault, Trial, Verdict, deadline, expect_that, judged, search,
        unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    concurrent_increments_are_all_counted,
    "However many count at once, whatever they believe to be stored, each increment counts, at a version of its own.",
    "store/6/44"
)];

/// How many write at once.
const WRITERS: usize = 8;
/// How often one writer increments at most.
const INCREMENTS: u8 = 4;
/// How often a sequence is tried while it is made smaller: whether an increment is lost may depend on the schedule.
const TRIES: u32 = 12;

/// One of the writers, who all begin at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Writer {
    increments: u8,
    suggest: Suggest,
}

/// What the writer suggests as the stored counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Suggest {
    Nothing,
    /// What it just read.
    Current,
    /// The counter as it was before anybody counted.
    Stale,
}

fn writers() -> impl Strategy<Value = Vec<Writer>> {
    let suggest = prop_oneof![
        Just(Suggest::Nothing),
        Just(Suggest::Current),
        Just(Suggest::Stale)
    ];
    let writer = (1..=INCREMENTS, suggest).prop_map(|(increments, suggest)| Writer {
        increments,
        suggest,
    });
    vec(writer, 2..=WRITERS)
}

async fn concurrent_increments_are_all_counted(context: &Context) -> Verdict {
    let effort = Effort::FULL.one_in(4).tries(TRIES);
    let run = |writers: Vec<Writer>, _| async move { play(context, &writers).await };
    search(context, "property::increments", effort, self::writers, run).await
}

async fn play(context: &Context, writers: &[Writer]) -> Trial {
    let told = writers.iter().map(Writer::phrase).collect();
    judged(count(context, writers).await, told)
}

async fn count(context: &Context, writers: &[Writer]) -> Verdict {
    // A counter of its own for each sequence spares opening a store.
    let name = Uuid::new_v4().simple().to_string();
    let (at, store) = (key("counters", &name), context.shared_store());
    let created = store.create(&at, &pod("counters", &name), None).await?;
    let (mut running, begin) = (JoinSet::new(), Arc::new(Barrier::new(writers.len())));
    for writer in writers {
        let (store, begin, writer) = (Arc::clone(&store), Arc::clone(&begin), writer.clone());
        let counter = created.clone();
        let at = at.clone();
        running.spawn(async move {
            begin.wait().await;
            writer.count(&*store, &at, &counter).await
        });
    }
    let ended = timeout(deadline::CASE, collect(&mut running)).await;
    let counted = ended.map_err(|_| {
        unexpected(
            format!("all writers end within {:?}", deadline::CASE),
            "they are still writing",
        )
    })??;
    let stored = find(&*store, &at).await?;
    check(writers, &counted, stored.as_ref())
}

async fn collect(running: &mut JoinSet<Result<Vec<Pod>>>) -> Verdict<Vec<Pod>> {
    let mut counted = Vec::new();
    while let Some(joined) = running.join_next().await {
        counted.extend(joined.map_err(|error| Fault::Broken(error.to_string()))??);
    }
    Ok(counted)
}

fn check(writers: &[Writer], counted: &[Pod], stored: Option<&Pod>) -> Verdict {
    let total: i64 = writers
        .iter()
        .map(|writer| i64::from(writer.increments))
        .sum();
    let mut values: Vec<_> = counted.iter().map(value).collect();
    values.sort_unstable();
    let stored = stored.map_or(-1, value);
    expect_that(
        stored == total && values.iter().copied().eq(1..=total),
        format!("{total} increments count to {total}, and each returns a number of its own"),
        format!("they count to {stored}, and return {values:?}"),
    )?;
    let versions: BTreeSet<_> = counted.iter().map(version_of).collect::<Verdict<_>>()?;
    expect_that(
        versions.len() == counted.len(),
        "each increment has a version of its own",
        format!("{} increments have {versions:?}", counted.len()),
    )
}

fn value(pod: &Pod) -> i64 {
    pod.metadata.generation.unwrap_or_default()
}

impl Writer {
    async fn count(&self, store: &dyn Store<Pod>, at: &str, created: &Pod) -> Result<Vec<Pod>> {
        let mut counted = Vec::new();
        for _ in 0..self.increments {
            let suggestion = match self.suggest {
                Suggest::Nothing => None,
                Suggest::Current => find(store, at).await?,
                Suggest::Stale => Some(created.clone()),
            };
            let options = UpdateOptions {
                suggestion,
                ..UpdateOptions::default()
            };
            let mut update = AsyncUpdate(|current: Option<Pod>, _| async move {
                // Lets the others in between the read and the write.
                yield_now().await;
                let mut pod = current.unwrap_or_default();
                pod.metadata.generation = Some(value(&pod) + 1);
                Ok(Update::from(pod))
            });
            counted.push(store.guaranteed_update(at, options, &mut update).await?);
        }
        Ok(counted)
    }

    fn phrase(&self) -> String {
        let believed = match self.suggest {
            Suggest::Nothing => "",
            Suggest::Current => ", suggesting what it just read",
            Suggest::Stale => ", suggesting the counter as it was created",
        };
        let times = match self.increments {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        format!("a writer increments {times}{believed}")
    }
}
