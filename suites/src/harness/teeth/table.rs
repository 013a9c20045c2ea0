use std::sync::Arc;

use storeproof_fixtures::mutants::Mutant;
use tokio::task::JoinSet;

use super::{
    Bite,
    row::{Cell, Row},
};
use crate::harness::{Item, Outcome, Plan, Settings, Subject, Support, run_item};

/// How far the suites are.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How many pairs of a mutant and an item have ended or need not run.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// So many items of the suite that was made for a mutant are enough to catch it.
pub const ENOUGH: usize = 10;

/// How many pairs run at a time by default: many, since those that catch a mutant often do so by waiting in vain.
pub const JOBS: usize = 256;

/// Mutants and the items of a plan: which catches which, as far as they have met.
///
/// Whatever was asked for before is not run again, so that [`Table::catch_mutants`], [`Table::try_items`] and
/// [`Table::complete`] add to each other. Every store has a space of its own: exclusive cases need not wait.
pub struct Table {
    settings: Settings,
    items: Vec<Item>,
    /// Whether the item at the same place has caught a mutant.
    has_teeth: Vec<bool>,
    rows: Vec<Row>,
}

/// When a pair need not run any more.
#[derive(Clone, Copy)]
enum Until {
    /// So many items of the mutant's own suite have caught it, or one of another suite.
    MutantIsCaught(usize),
    /// The item has caught a mutant, or need not catch any.
    ItemCatches,
    /// Never.
    AllHaveMet,
}

/// A mutant and an item, by their places.
#[derive(Clone, Copy)]
struct Pair {
    turn: usize,
    row: usize,
    item: usize,
}

impl Table {
    /// A table in which nothing has met.
    ///
    /// `plan` is one for [`subject`](super::subject). With shrinking switched off in `settings` a verdict comes sooner.
    pub fn new(mutants: &[&'static Mutant], plan: &Plan, settings: Settings) -> Self {
        let runs = plan.items().iter();
        let runs = runs.filter(|planned| planned.support == Support::Runs);
        let items: Vec<Item> = runs.map(|planned| planned.item).collect();
        Self {
            settings,
            has_teeth: vec![false; items.len()],
            rows: mutants
                .iter()
                .map(|mutant| Row::new(mutant, items.len()))
                .collect(),
            items,
        }
    }

    /// Runs each mutant over the suite that was made for it until `enough` items have caught it, and where none has, over
    /// the other suites until one has.
    pub async fn catch_mutants(
        &mut self,
        enough: usize,
        jobs: usize,
        progress: impl FnMut(Progress),
    ) {
        let mut pairs = Vec::new();
        for (row, state) in self.rows.iter().enumerate() {
            let mut order: Vec<_> = self.items.iter().enumerate().collect();
            order.sort_by_key(|(_, item)| !is_near(state.mutant, item));
            let turns = order.into_iter().enumerate();
            pairs.extend(turns.map(|(turn, (item, _))| Pair { turn, row, item }));
        }
        // Mutants take turns, so that each has few pairs under way when it is caught.
        pairs.sort_by_key(|pair| (pair.turn, pair.row));
        let until = Until::MutantIsCaught(enough);
        self.run(pairs, until, jobs, progress).await;
    }

    /// Runs each item that has not caught anything, and does not say why, until it does. Mutants that its suite was
    /// made for go first.
    pub async fn try_items(&mut self, jobs: usize, progress: impl FnMut(Progress)) {
        let mut pairs = Vec::new();
        for (item, found) in self.items.iter().enumerate() {
            let mut order: Vec<_> = self.rows.iter().enumerate().collect();
            order.sort_by_key(|(_, row)| !is_near(row.mutant, found));
            let turns = order.into_iter().enumerate();
            pairs.extend(turns.map(|(turn, (row, _))| Pair { turn, row, item }));
        }
        pairs.sort_by_key(|pair| (pair.turn, pair.item));
        self.run(pairs, Until::ItemCatches, jobs, progress).await;
    }

    /// Runs everything.
    pub async fn complete(&mut self, jobs: usize, progress: impl FnMut(Progress)) {
        let items = 0..self.items.len();
        let pairs = items.flat_map(|item| {
            let rows = 0..self.rows.len();
            rows.map(move |row| Pair { turn: 0, row, item })
        });
        let pairs = pairs.collect();
        self.run(pairs, Until::AllHaveMet, jobs, progress).await;
    }

    async fn run(
        &mut self,
        pairs: Vec<Pair>,
        until: Until,
        jobs: usize,
        mut progress: impl FnMut(Progress),
    ) {
        let total = pairs.len();
        let mut pairs = pairs.into_iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < jobs.max(1)
                && let Some(pair) = pairs.next()
            {
                let Some((item, subject)) = self.needs(pair, until) else {
                    continue;
                };
                let settings = self.settings.clone();
                running.spawn(async move { (pair, run_item(item, subject, settings).await) });
            }
            let Some(joined) = running.join_next().await else {
                break;
            };
            let (pair, outcome) = joined.expect("panics of cases are caught inside");
            self.add(pair, outcome);
            let done = total - pairs.len() - running.len();
            progress(Progress { done, total });
        }
    }

    /// What to run, where the pair has not met and still needs to.
    fn needs(&self, pair: Pair, until: Until) -> Option<(Item, Arc<dyn Subject>)> {
        let row = self.rows.get(pair.row)?;
        let item = self.items.get(pair.item)?;
        let needed = match until {
            Until::MutantIsCaught(enough) if is_near(row.mutant, item) => row.caught() < enough,
            Until::MutantIsCaught(_) => row.caught() == 0,
            Until::ItemCatches => {
                item.case.toothless.is_none() && self.has_teeth.get(pair.item) == Some(&false)
            }
            Until::AllHaveMet => true,
        };
        (needed && !row.has_met(pair.item)).then(|| (*item, Arc::clone(&row.subject)))
    }

    fn add(&mut self, pair: Pair, outcome: Outcome) {
        let Some(row) = self.rows.get_mut(pair.row) else {
            return;
        };
        let cell = match outcome {
            Outcome::Failed(failure) => Cell::Caught(failure),
            Outcome::Inconclusive(reason) | Outcome::Broken(reason) => Cell::Unjudged(reason),
            _ => Cell::Passed,
        };
        if matches!(cell, Cell::Caught(_))
            && let Some(teeth) = self.has_teeth.get_mut(pair.item)
        {
            *teeth = true;
        }
        row.add(pair.item, cell);
    }

    /// What is known of each mutant, in the order they were given.
    pub fn bites(&self) -> Vec<Bite> {
        self.rows.iter().map(|row| row.bite(&self.items)).collect()
    }

    /// The items that have not caught anything, in the order of the plan.
    pub fn without_teeth(&self) -> Vec<Item> {
        let items = self.items.iter().zip(&self.has_teeth);
        let idle = items.filter(|(_, teeth)| !**teeth);
        idle.map(|(item, _)| *item).collect()
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.items.len()
    }
}

/// Whether the item belongs to the suite that was made for the mistake.
fn is_near(mutant: &Mutant, item: &Item) -> bool {
    item.case.suite() == mutant.expectation
}
