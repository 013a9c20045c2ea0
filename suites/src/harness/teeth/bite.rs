use storeproof_fixtures::mutants::Mutant;

use crate::harness::{Failure, Item};

/// What the suites made of one mutant.
#[derive(Clone, Debug)]
pub struct Bite {
    /// The broken store.
    pub mutant: &'static Mutant,
    /// What failed on it, in the order of the plan.
    pub caught_by: Vec<Item>,
    /// What the first of these found.
    pub first: Option<Failure>,
    /// What could not judge it, and why: trouble of the harness.
    pub unjudged: Vec<(Item, String)>,
    /// How many items judged it.
    pub judged: usize,
}

impl Bite {
    /// Whether nothing noticed that the store is broken.
    pub fn survived(&self) -> bool {
        self.caught_by.is_empty()
    }

    /// Whether the suite that was made for this mistake noticed it.
    pub fn is_caught_as_expected(&self) -> bool {
        let mut suites = self.caught_by.iter().map(|item| item.case.suite());
        suites.any(|suite| suite == self.mutant.expectation)
    }
}
