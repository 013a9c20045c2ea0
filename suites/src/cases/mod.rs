//! The cases: one folder a suite, one file a topic, one function a requirement.
//!
//! No case knows which backend it runs on, reads the environment, or asserts how fast it is.

mod codec;
mod compaction;
#[cfg(feature = "etcd")]
mod contract;
mod crud;
mod delete;
mod fault;
mod keys;
mod lease;
mod levels;
mod linearizable;
mod list;
mod paging;
mod property;
mod requests;
mod stats;
mod stress;
mod transform;
mod transformer;
mod update;
mod watch;

use crate::harness::{Case, Item, Kind};

/// Every suite in the order it is listed, with its cases file by file.
const SUITES: &[(&str, &[&[Case]])] = &[
    ("keys", keys::CASES),
    ("crud", crud::CASES),
    ("update", update::CASES),
    ("delete", delete::CASES),
    ("list", list::CASES),
    ("paging", paging::CASES),
    ("watch", watch::CASES),
    ("compaction", compaction::CASES),
    ("transform", transform::CASES),
    ("stats", stats::CASES),
    ("requests", requests::CASES),
    ("lease", lease::CASES),
    ("linearizable", linearizable::CASES),
    ("stress", stress::CASES),
    ("fault", fault::CASES),
    ("property", property::CASES),
    ("transformer", transformer::CASES),
    ("codec", codec::CASES),
];

/// What a suite judges. All but these judge stores, or the servers beneath them.
pub fn kind(suite: &str) -> Kind {
    match suite {
        "transformer" => Kind::Transformer,
        "codec" => Kind::Codec,
        _ => Kind::Store,
    }
}

/// The names of the suites.
pub fn suites() -> Vec<&'static str> {
    let names = SUITES.iter().map(|(name, _)| *name);
    #[cfg(feature = "etcd")]
    let names = names.chain([contract::SUITE]);
    names.collect()
}

/// Every case, suite by suite.
pub fn all() -> impl Iterator<Item = &'static Case> {
    let cases = SUITES
        .iter()
        .flat_map(|(_, files)| files.iter())
        .flat_map(|file| file.iter());
    #[cfg(feature = "etcd")]
    let cases = cases.chain(contract::cases());
    cases
}

/// Everything that can be run: every case, or each row of one.
pub fn items() -> impl Iterator<Item = Item> {
    all().flat_map(Case::items)
}
