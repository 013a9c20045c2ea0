use std::collections::VecDeque;

use super::{Entry, Opened};

/// So many entries from the beginning are kept.
pub(super) const FIRST: usize = 1_000;
/// So many of the last ones are kept beside them.
const LAST: usize = 9_000;
/// A failure without a watch shows no more operations than this.
const SHOWN: usize = 24;

/// Everything that was noted, in the order in which it was observed: of a very long history the beginning and the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    first: Vec<Entry>,
    last: VecDeque<Entry>,
    left_out: usize,
    watches: usize,
    /// How many requests there were, those for watches not counted.
    pub(super) requests: usize,
    stores: usize,
    /// Whether writes have numbers, as property suites name versions after them.
    pub(super) numbered: bool,
}

impl Recorded {
    pub(super) fn push(&mut self, entry: Entry) {
        self.requests += usize::from(matches!(entry, Entry::Asked { .. }));
        if self.first.len() < FIRST {
            self.first.push(entry);
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(entry);
    }

    pub(super) fn open(&mut self, store: usize, opened: Opened) -> usize {
        let watch = opened.refused.is_none().then_some(self.watches);
        self.watches += usize::from(watch.is_some());
        self.push(Entry::Opened {
            store,
            watch,
            opened,
        });
        watch.unwrap_or_default()
    }

    pub(super) fn another_store(&mut self) -> usize {
        self.stores += 1;
        self.stores
    }

    /// What is kept, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.first.iter().chain(&self.last)
    }

    /// How many entries between the beginning and the end are not kept.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many watches were started.
    pub fn watches(&self) -> usize {
        self.watches
    }

    /// The last operations as short phrases with their results, oldest first.
    pub fn operations(&self) -> Vec<String> {
        let mut phrases: VecDeque<String> = VecDeque::new();
        for phrase in self.entries().filter_map(Entry::phrase) {
            if phrases.len() == SHOWN {
                phrases.pop_front();
            }
            phrases.push_back(phrase);
        }
        phrases.into()
    }
}
