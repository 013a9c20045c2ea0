//! What must hold, whether a case looks at it or not: the table that the cases' sources point into.
//!
//! Cases say where their requirement is written by id (`store/5.3.15/c12`, `RNG-04`). This table says in one sentence
//! what each id stands for, where the rule comes from, and for those that no case looks at, why.

mod coverage;
mod table;
mod tier;

pub use coverage::{cases_of, is_known};
pub use table::{Section, all, find, sections};
pub use tier::Tier;

/// One thing that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What cases call it in their sources.
    pub id: &'static str,
    /// Who depends on it.
    pub tier: Tier,
    /// What must hold, in one sentence.
    pub says: &'static str,
    /// Where the rule comes from.
    pub source: &'static str,
    /// Why no case looks at it, where none does.
    pub uncovered: Option<&'static str>,
}
