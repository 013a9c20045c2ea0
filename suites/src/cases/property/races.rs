//! Creations and deletions of one object at the same time, in rounds.

use std::{collections::BTreeSet, sync::Arc};

use proptest::{collection::vec, prelude::Strategy, prop_oneof};
use serde::{Deserialize, Serialize};
use storeproof::storage::{AcceptAll, DeleteOptions, Result, Store};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};
use tokio::{sync::Barrier, task::JoinSet, time::timeout};
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
    creation_races_have_one_winner,
    "Of any number who create an object at once one succeeds, after any deletions too, and the others leave it alone.",
    "store/6/3"
)];

/// How many create at once.
const CREATORS: u8 = 8;
/// How often a sequence is tried while it is made smaller: who wins depends on the schedule.
const TRIES: u32 = 12;

/// So many creations and deletions of the same object at the same time. The next round begins when all have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Round {
    creators: u8,
    deleters: u8,
}

fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let round = prop_oneof![
        3 => (1..=CREATORS).prop_map(|creators| Round { creators, deleters: 0 }),
        2 => (1..4_u8).prop_map(|deleters| Round { creators: 0, deleters }),
        2 => (1..=CREATORS, 1..4_u8).prop_map(|(creators, deleters)| Round { creators, deleters }),
    ];
    vec(round, 1..8)
}

async fn creation_races_have_one_winner(context: &Context) -> Verdict {
    let effort = Effort::FULL.one_in(4).tries(TRIES);
    let run = |rounds: Vec<Round>, _| async move { play(context, &rounds).await };
    search(context, "property::races", effort, self::rounds, run).await
}

async fn play(context: &Context, rounds: &[Round]) -> Trial {
    // An object of its own for each sequence spares opening a store.
    let name = Uuid::new_v4().simple().to_string();
    let (mut race, mut told) = (Race::new(context, &name), Vec::new());
    let mut verdict = Ok(());
    for round in rounds {
        told.push(round.phrase());
        verdict = race.run(*round).await;
        if verdict.is_err() {
            break;
        }
    }
    judged(verdict, told)
}

struct Race {
    store: Arc<dyn Store<Pod>>,
    at: String,
    pod: Pod,
    /// What is stored, as far as the rounds before tell.
    stored: Option<Pod>,
    number: usize,
}

/// How one of a round came out.
enum Ended {
    Created(Result<Pod>),
    Deleted(Result<Option<Pod>>),
}

/// Who succeeded in a round.
#[derive(Default)]
struct Winners {
    created: Vec<Pod>,
    deleted: usize,
}

impl Race {
    fn new(context: &Context, name: &str) -> Self {
        Self {
            store: context.shared_store(),
            at: key("races", name),
            pod: pod("races", name),
            stored: None,
            number: 0,
        }
    }

    async fn run(&mut self, round: Round) -> Verdict {
        self.number += 1;
        let mut running = self.begin(round);
        let ended = timeout(deadline::CASE, collect(&mut running)).await;
        let winners = ended.map_err(|_| {
            unexpected(
                format!("the round ends within {:?}", deadline::CASE),
                "it is still going on",
            )
        })??;
        let stored = find(&*self.store, &self.at).await?;
        self.check(round, &winners, stored.as_ref())?;
        self.stored = stored;
        Ok(())
    }

    fn begin(&self, round: Round) -> JoinSet<Ended> {
        let mut running = JoinSet::new();
        let everybody = usize::from(round.creators) + usize::from(round.deleters);
        let begin = Arc::new(Barrier::new(everybody));
        for creator in 0..round.creators {
            let (store, at, begin) = (Arc::clone(&self.store), self.at.clone(), begin.clone());
            let mine = format!("{}-{creator}", self.number);
            let pod = self.pod.clone().annotation("value", &mine);
            running.spawn(async move {
                begin.wait().await;
                Ended::Created(store.create(&at, &pod, None).await)
            });
        }
        for _ in 0..round.deleters {
            let (store, at, begin) = (Arc::clone(&self.store), self.at.clone(), begin.clone());
            running.spawn(async move {
                begin.wait().await;
                let options = DeleteOptions::default();
                Ended::Deleted(store.delete(&at, options, &mut AcceptAll).await)
            });
        }
        running
    }

    /// Every creation that succeeds fills an empty place, and every deletion empties a full one.
    fn check(&self, round: Round, winners: &Winners, stored: Option<&Pod>) -> Verdict {
        let (created, deleted) = (winners.created.len(), winners.deleted);
        let (before, after) = (self.stored.is_some(), stored.is_some());
        let observed = format!(
            "{created} created and {deleted} deleted it, and it is {}",
            if after { "there" } else { "not there" }
        );
        if round.deleters == 0 {
            expect_that(
                created == usize::from(!before) && (after || round.creators == 0),
                if before {
                    "nobody creates an object that is there"
                } else {
                    "one creates the object"
                },
                observed.clone(),
            )?;
        }
        expect_that(
            created + usize::from(before) == deleted + usize::from(after),
            "between two creations that succeed there is a deletion that succeeds",
            observed,
        )?;
        let mut versions = BTreeSet::new();
        for pod in self.stored.iter().chain(&winners.created) {
            versions.insert((version_of(pod)?, value(pod)));
        }
        // What is left, if anything is, was created last.
        let last = versions.last().map(|(_, value)| value.clone());
        let left = stored.map(value);
        expect_that(
            left.is_none() || left == last,
            format!("the object is as its last creator {last:?} stored it"),
            format!("it is as stored by {left:?}"),
        )
    }
}

fn value(pod: &Pod) -> String {
    let annotations = pod.metadata.annotations.as_ref();
    annotations
        .and_then(|all| all.get("value"))
        .cloned()
        .unwrap_or_default()
}

async fn collect(running: &mut JoinSet<Ended>) -> Verdict<Winners> {
    let mut winners = Winners::default();
    while let Some(joined) = running.join_next().await {
        match joined.map_err(|error| Fault::Broken(error.to_string()))? {
            Ended::Created(Ok(pod)) => winners.created.push(pod),
            Ended::Deleted(Ok(_)) => winners.deleted += 1,
            Ended::Created(Err(error)) if error.is_exists() => {}
            Ended::Deleted(Err(error)) if error.is_not_found() => {}
            Ended::Created(Err(error)) => {
                return Err(unexpected(
                    "who does not create the object learns that it exists",
                    format!("{error}"),
                ));
            }
            Ended::Deleted(Err(error)) => {
                return Err(unexpected(
                    "who does not delete the object learns that it is not there",
                    format!("{error}"),
                ));
            }
        }
    }
    Ok(winners)
}

impl Round {
    fn phrase(self) -> String {
        match (self.creators, self.deleters) {
            (creators, 0) => format!("{creators} create it"),
            (0, deleters) => format!("{deleters} delete it"),
            (creators, deleters) => format!("{creators} create it while {deleters} delete it"),
        }
    }
}
