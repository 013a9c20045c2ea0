//! The cases: one folder a suite, one file a topic, one function a requirement.
//!
//! No case knows which backend it runs on, reads the environment, or asserts on time.

mod crud;

use crate::harness::{Case, Item};

/// Every suite in the order it is listed, with its cases.
const SUITES: &[(&str, &[&[Case]])] = &[("crud", crud::CASES)];

/// The names of the suites.
pub fn suites() -> Vec<&'static str> {
    SUITES.iter().map(|(name, _)| *name).collect()
}

/// Every case, suite by suite.
pub fn all() -> impl Iterator<Item = &'static Case> {
    SUITES
        .iter()
        .flat_map(|(_, files)| files.iter())
        .flat_map(|file| file.iter())
}

/// Everything that can be run: every case, or each row of one.
pub fn items() -> impl Iterator<Item = Item> {
    all().flat_map(Case::items)
}
