use std::sync::Arc;

use storeproof_fixtures::mutants::Mutant;

use super::{Bite, subject};
use crate::harness::{Failure, Item, Subject};

/// What came of a pair.
#[derive(Clone)]
pub(super) enum Cell {
    NotMet,
    Passed,
    Caught(Box<Failure>),
    Unjudged(String),
}

/// What is known of one mutant: a cell for each item.
pub(super) struct Row {
    pub(super) mutant: &'static Mutant,
    pub(super) subject: Arc<dyn Subject>,
    caught: usize,
    cells: Vec<Cell>,
}

impl Row {
    pub(super) fn new(mutant: &'static Mutant, items: usize) -> Self {
        Self {
            mutant,
            subject: subject(mutant),
            caught: 0,
            cells: vec![Cell::NotMet; items],
        }
    }

    /// How many items have caught it.
    pub(super) fn caught(&self) -> usize {
        self.caught
    }

    /// Whether the item at that place has met it.
    pub(super) fn has_met(&self, item: usize) -> bool {
        !matches!(self.cells.get(item), Some(Cell::NotMet))
    }

    /// Notes what came of the item at that place.
    pub(super) fn add(&mut self, item: usize, met: Cell) {
        self.caught += usize::from(matches!(met, Cell::Caught(_)));
        if let Some(cell) = self.cells.get_mut(item) {
            *cell = met;
        }
    }

    /// What is known of it, told with the items that it met.
    pub(super) fn bite(&self, items: &[Item]) -> Bite {
        let mut bite = Bite {
            mutant: self.mutant,
            caught_by: Vec::new(),
            first: None,
            unjudged: Vec::new(),
            judged: 0,
        };
        for (item, cell) in items.iter().zip(&self.cells) {
            match cell {
                Cell::NotMet => {}
                Cell::Passed => bite.judged += 1,
                Cell::Caught(failure) => {
                    bite.judged += 1;
                    bite.first.get_or_insert_with(|| (**failure).clone());
                    bite.caught_by.push(*item);
                }
                Cell::Unjudged(reason) => bite.unjudged.push((*item, reason.clone())),
            }
        }
        bite
    }
}
