//! Whether the suites can fail: they judge stores that are known to be broken.

use std::sync::Arc;

use storeproof_fixtures::mutants::{Broken, Mutant};
use tokio::task::JoinSet;

use super::{
    Backend, Capabilities, Capability, Hooks, Item, Opening, Outcome, Plan, Planned, Settings,
    Subject, Support, erase, run_item,
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
pub struct Progress {
    /// How many cases have ended or need not run, over all mutants.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// A mutant that so many cases have caught is caught; the rest of them need not run.
pub const ENOUGH: usize = 10;

/// How many cases run at a time by default: many, since those that catch a mutant often do so by waiting in vain.
pub const JOBS: usize = 256;

/// Runs a plan against each mutant, `jobs` cases at a time over all of them, and returns a row for each in their order.
/// The suite that was made for the mistake goes first, and [`ENOUGH`] cases are enough.
///
/// `plan` is one for [`subject`]; every store has a space of its own, so that exclusive cases need not wait for each
/// other. With shrinking switched off in `settings` a verdict comes sooner.
pub async fn bite(
    mutants: &[&'static Mutant],
    plan: &Plan,
    settings: &Settings,
    jobs: usize,
    mut progress: impl FnMut(Progress),
) -> Vec<Bite> {
    let items: Vec<Item> = plan.items().iter().filter_map(runs).collect();
    let mut rows: Vec<Row> = mutants.iter().map(|mutant| Row::new(mutant)).collect();
    // Mutants take turns, so that each has few cases under way when it is caught.
    let mut work: Vec<_> = rows
        .iter()
        .enumerate()
        .flat_map(|(row, state)| {
            state
                .turns(&items)
                .map(move |(turn, item)| (turn, row, item))
        })
        .collect();
    work.sort_by_key(|(turn, row, _)| (turn.order, *row));
    let total = work.len();
    let mut work = work.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < jobs.max(1)
            && let Some((turn, row, item)) = work.next()
        {
            let Some(state) = rows.get(row).filter(|state| state.caught_by.len() < ENOUGH) else {
                continue;
            };
            let (subject, settings) = (Arc::clone(&state.subject), settings.clone());
            running.spawn(async move {
                let outcome = run_item(item, subject, settings).await;
                (row, turn.position, item, outcome)
            });
        }
        let Some(joined) = running.join_next().await else {
            break;
        };
        let (row, position, item, outcome) = joined.expect("panics of cases are caught inside");
        if let Some(row) = rows.get_mut(row) {
            row.add(position, &item, outcome);
        }
        let done = total - work.len() - running.len();
        progress(Progress { done, total });
    }
    rows.into_iter().map(Row::bite).collect()
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

    /// The items in the order in which they run: the suite that was made for the mistake goes first.
    fn turns(&self, items: &[Item]) -> impl Iterator<Item = (Turn, Item)> + use<> {
        let mut items: Vec<_> = items.iter().copied().enumerate().collect();
        items.sort_by_key(|(_, item)| item.case.suite() != self.mutant.expectation);
        let items = items.into_iter().enumerate();
        items.map(|(order, (position, item))| (Turn { order, position }, item))
    }

    fn bite(mut self) -> Bite {
        self.caught_by.sort_unstable();
        Bite {
            mutant: self.mutant,
            caught_by: self.caught_by.into_iter().map(|(_, id)| id).collect(),
            judged: self.ended - self.unjudged.len(),
            unjudged: self.unjudged,
        }
    }
}

/// When an item runs on a mutant, and where it stands in the table of cases.
#[derive(Clone, Copy)]
struct Turn {
    order: usize,
    position: usize,
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
            at.leases(),
        )?)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::contract().without(Capability::SharedExpiry)
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
            .requests(|store: Arc<Broken>| store.take_requests())
            .leases(|store: Arc<Broken>, key| async move { Ok(store.lease_of(&key)) })
    }
}
