//! Whether the suites can fail: they judge stores that are known to be broken.

use std::sync::Arc;

use storeproof_fixtures::mutants::{Broken, Mutant};
use tokio::task::JoinSet;

use super::{
    Backend, Hooks, Item, Opening, Outcome, Plan, Planned, Settings, Subject, Support, erase,
    run_item,
};
use crate::Result;

/// What the suites made of one mutant.
#[derive(Clone, Debug)]
pub struct Bite {
    /// The broken store.
    pub mutant: &'static Mutant,
    /// The ids of the cases that failed on it, in the order of the plan.
    pub caught_by: Vec<String>,
    /// The ids of the cases that could not judge it, and why: trouble of the harness.
    pub unjudged: Vec<(String, String)>,
    /// How many cases judged it.
    pub judged: usize,
}

impl Bite {
    /// Whether no case noticed that the store is broken.
    pub fn survived(&self) -> bool {
        self.caught_by.is_empty()
    }

    /// Whether the suite that was made for this mistake noticed it.
    pub fn is_caught_as_expected(&self) -> bool {
        let suite = format!("{}::", self.mutant.expectation);
        self.caught_by.iter().any(|id| id.starts_with(&suite))
    }
}

/// How far the suites are.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// How many cases have ended, over all mutants.
    pub done: usize,
    /// How many will run.
    pub total: usize,
    /// The mutant that was just finished, where one was.
    pub finished: Option<&'a Bite>,
}

/// How many cases run at a time by default: many, since those that catch a mutant often do so by waiting in vain.
pub const JOBS: usize = 384;

/// Runs a plan against each mutant, `jobs` cases at a time over all of them, and returns a row for each in their order.
///
/// `plan` is one for [`subject`]; every store has a space of its own, so that exclusive cases need not wait for each
/// other. With shrinking switched off in `settings` a verdict comes sooner.
pub async fn bite(
    mutants: &[&'static Mutant],
    plan: &Plan,
    settings: &Settings,
    jobs: usize,
    mut progress: impl FnMut(Progress<'_>),
) -> Vec<Bite> {
    let items: Vec<Item> = plan.items().iter().filter_map(runs).collect();
    let mut rows: Vec<Row> = mutants.iter().map(|mutant| Row::new(mutant)).collect();
    let mut work = rows
        .iter()
        .map(|row| Arc::clone(&row.subject))
        .enumerate()
        .flat_map(|(row, subject)| {
            let items = items.iter().copied().enumerate();
            items.map(move |(position, item)| (row, Arc::clone(&subject), position, item))
        })
        .collect::<Vec<_>>()
        .into_iter();
    let (mut done, total) = (0, work.len());
    let mut running = JoinSet::new();
    loop {
        while running.len() < jobs.max(1)
            && let Some((row, subject, position, item)) = work.next()
        {
            let settings = settings.clone();
            running.spawn(async move {
                let outcome = run_item(item, subject, settings).await;
                (row, position, item, outcome)
            });
        }
        let Some(joined) = running.join_next().await else {
            break;
        };
        let (row, position, item, outcome) = joined.expect("panics of cases are caught inside");
        let row = rows.get_mut(row).expect("the rows are never fewer");
        row.add(position, &item, outcome);
        done += 1;
        let finished = (row.ended == items.len()).then(|| row.bite());
        progress(Progress {
            done,
            total,
            finished: finished.as_ref(),
        });
    }
    rows.iter().map(Row::bite).collect()
}

/// A mutant as a subject, with all hooks.
pub fn subject(mutant: &'static Mutant) -> Arc<dyn Subject> {
    erase(Mutated(mutant))
}

fn runs(planned: &Planned) -> Option<Item> {
    (planned.support == Support::Runs).then_some(planned.item)
}

/// What is known of one mutant while its cases run.
struct Row {
    mutant: &'static Mutant,
    subject: Arc<dyn Subject>,
    ended: usize,
    caught_by: Vec<(usize, String)>,
    unjudged: Vec<(String, String)>,
}

impl Row {
    fn new(mutant: &'static Mutant) -> Self {
        Self {
            mutant,
            subject: subject(mutant),
            ended: 0,
            caught_by: Vec::new(),
            unjudged: Vec::new(),
        }
    }

    fn add(&mut self, position: usize, item: &Item, outcome: Outcome) {
        self.ended += 1;
        match outcome {
            Outcome::Failed(_) => self.caught_by.push((position, item.id())),
            Outcome::Inconclusive(reason) | Outcome::Broken(reason) => {
                self.unjudged.push((item.id(), reason));
            }
            _ => {}
        }
    }

    fn bite(&self) -> Bite {
        let mut caught_by = self.caught_by.clone();
        caught_by.sort_unstable();
        Bite {
            mutant: self.mutant,
            caught_by: caught_by.into_iter().map(|(_, id)| id).collect(),
            unjudged: self.unjudged.clone(),
            judged: self.ended - self.unjudged.len(),
        }
    }
}

struct Mutated(&'static Mutant);

impl Backend for Mutated {
    type Store = Broken;

    async fn open(&self, at: &Opening) -> Result<Broken> {
        Ok(self.0.open(
            at.prefix(),
            at.resource_prefix(),
            at.codec(),
            at.transformer(),
        )?)
    }

    fn hooks(&self) -> Hooks<Broken> {
        Hooks::none()
            .raw_bytes(
                |store: Arc<Broken>, key| async move {
                    Ok(store.beneath().raw_get(&key).map(|(bytes, _)| bytes))
                },
                |store: Arc<Broken>, key, bytes| async move {
                    store.beneath().raw_put(&key, bytes);
                    Ok(())
                },
            )
            .compaction(|store: Arc<Broken>, at| async move { Ok(store.beneath().compact(at)?) })
            .revision_bump(|store: Arc<Broken>| async move { Ok(store.beneath().bump_revision()) })
    }
}
