use std::collections::HashMap;

use storeproof::storage::ResourceVersion;

use super::{Cell, History, Operation, Phrase, Row, Step, Tone};

/// A place: the slot, and zero for beside its operation, or the number of the row below that.
pub(super) type Place = (usize, usize);

/// An operation, what is told beside it, and rows below it.
#[derive(Default)]
struct Slot<'a> {
    operation: Option<&'a Operation>,
    tone: Tone,
    beside: Vec<Cell>,
    below: Vec<Cell>,
    /// The highest revision made up to here, on the store of each operation.
    highest: Vec<(usize, ResourceVersion)>,
}

/// The slots of a history: the first is before all operations.
pub(super) struct Slots<'a> {
    all: Vec<Slot<'a>>,
    made: HashMap<(usize, ResourceVersion), usize>,
}

impl<'a> Slots<'a> {
    pub(super) fn of(history: &'a History) -> Self {
        let mut all = vec![Slot::default()];
        let mut made_at = HashMap::new();
        let mut highest: Vec<(usize, ResourceVersion)> = Vec::new();
        let marked = history.mark.as_ref().map(|mark| mark.step);
        for (number, step) in history.steps.iter().enumerate() {
            let Step::Operation(operation) = step else {
                continue;
            };
            if let Some(made) = operation.made {
                let store = operation.store;
                made_at.entry((store, made)).or_insert(all.len());
                match highest.iter_mut().find(|(known, _)| *known == store) {
                    Some((_, revision)) => *revision = made.max(*revision),
                    None => highest.push((store, made)),
                }
            }
            all.push(Slot {
                operation: Some(operation),
                tone: if marked == Some(number) {
                    Tone::Wrong
                } else {
                    Tone::Told
                },
                highest: highest.clone(),
                ..Slot::default()
            });
        }
        Self { all, made: made_at }
    }

    /// The slot of the operation that made a revision.
    pub(super) fn made(&self, store: usize, revision: ResourceVersion) -> Option<usize> {
        self.made.get(&(store, revision)).copied()
    }

    /// The last slot up to `seen` before which nothing later than the revision was made.
    pub(super) fn reached(&self, store: usize, revision: ResourceVersion, seen: usize) -> usize {
        let within = self.all.partition_point(|slot| {
            let highest = slot.highest.iter().find(|(known, _)| *known == store);
            highest.is_none_or(|(_, made)| *made <= revision)
        });
        within.saturating_sub(1).min(seen)
    }

    /// Puts a cell beside an operation.
    pub(super) fn beside(&mut self, slot: usize, cell: Cell) -> Place {
        if let Some(found) = self.all.get_mut(slot) {
            found.beside.push(cell);
        }
        (slot, 0)
    }

    /// Puts a cell into a row of its own below an operation, or below where the column of its watch has come to.
    pub(super) fn below(&mut self, slot: usize, last: Place, cell: Cell) -> Place {
        let slot = slot.max(last.0).min(self.all.len().saturating_sub(1));
        match self.all.get_mut(slot) {
            Some(found) => {
                found.below.push(cell);
                (slot, found.below.len())
            }
            None => last,
        }
    }

    pub(super) fn into_rows(self) -> impl Iterator<Item = Row> {
        self.all.into_iter().flat_map(|slot| {
            let mut beside = slot.beside;
            beside.sort_by_key(|cell| cell.watch);
            let own = slot.operation.map(|operation| Row {
                operation: Some(Phrase {
                    after: match &*operation.answer {
                        "" => operation.request.after.clone(),
                        answer => format!("{} → {answer}", operation.request.after),
                    },
                    ..operation.request.clone()
                }),
                tone: slot.tone,
                cells: beside,
            });
            let below = slot.below.into_iter().map(|cell| Row {
                cells: vec![cell],
                ..Row::default()
            });
            own.into_iter().chain(below)
        })
    }
}
