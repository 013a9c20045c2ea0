//! Whether what watches told is the whole truth: one guarantee a file, each a pure function over what was recorded.

mod atomic;
mod bookmark;
mod creation;
mod filter;
mod history;
mod order;
mod previous;
mod reliable;
mod resume;
#[cfg(test)]
mod tests;
mod unique;

pub(crate) use history::{Change, History, Told, Watched};

use crate::phrase;

/// What a judge finds wrong with what one watch told; `None` where nothing is.
type Judge = fn(&History, &Watched) -> Option<String>;

/// Every guarantee: its id, what it promises, and who judges it.
const GUARANTEES: &[(&str, &str, Judge)] = &[
    (
        "V-FILTER",
        "a watch tells of its own keys only",
        filter::check,
    ),
    ("V-ORDER", "revisions do not go back", order::check),
    ("V-UNIQUE", "no change is told twice", unique::check),
    (
        "V-ATOMIC",
        "no revision is split over messages",
        atomic::check,
    ),
    (
        "V-BOOKMARK",
        "progress is told only when all before it has been, and does not go back",
        bookmark::check,
    ),
    (
        "V-RESUME",
        "a watch from a revision begins with the first change from there on",
        resume::check,
    ),
    (
        "V-CREATE",
        "a creation is told as one, and nothing else is",
        creation::check,
    ),
    ("V-RELIABLE", "no change is left out", reliable::check),
    (
        "V-PREVKV",
        "what was before comes along, and is right",
        previous::check,
    ),
];

/// A guarantee that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The id of the guarantee.
    pub(crate) guarantee: &'static str,
    /// What it promises.
    pub(crate) promise: &'static str,
    /// What happened instead, on the first watch where it did.
    pub(crate) why: String,
    /// On how many watches it did.
    pub(crate) watches: usize,
}

/// Every guarantee that was broken, once each.
pub(crate) fn breaches(history: &History) -> Vec<Breach> {
    let broken = GUARANTEES.iter().map(|(guarantee, promise, judge)| {
        let found = history.watches.iter().filter_map(|watched| {
            let why = judge(history, watched)?;
            Some(format!("{}: {why}", watched.name))
        });
        let found: Vec<String> = found.collect();
        Some(Breach {
            guarantee,
            promise,
            why: found.first()?.clone(),
            watches: found.len(),
        })
    });
    broken.flatten().collect()
}

/// A key and a revision as text.
fn at(key: &[u8], revision: i64) -> String {
    format!("{}@{revision}", phrase::bytes(key))
}
