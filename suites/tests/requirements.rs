//! The table of requirements and the cases agree: what cases name is there, and what is there has cases or a reason.

use std::collections::BTreeMap;

use storeproof_suites::{
    cases,
    requirements::{self, Requirement},
};

/// Fails with what is wrong, a line each.
fn expect_none(wrong: &[String], what: &str) {
    assert!(wrong.is_empty(), "{what}:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_source_of_a_case_is_known() {
    let mut unknown: BTreeMap<&str, String> = BTreeMap::new();
    for item in cases::items() {
        for source in item.source().split_whitespace() {
            if !requirements::is_known(source) {
                unknown.entry(source).or_insert_with(|| item.id());
            }
        }
    }
    let unknown: Vec<String> = unknown
        .iter()
        .map(|(source, case)| format!("{source} of {case}"))
        .collect();
    expect_none(&unknown, "no requirement, row or section has these names");
}

#[test]
fn every_case_has_a_source() {
    let without: Vec<String> = cases::items()
        .filter(|item| item.source().split_whitespace().next().is_none())
        .map(|item| item.id())
        .collect();
    expect_none(&without, "these say nowhere what they check");
}

#[test]
fn every_requirement_has_cases_or_a_reason() {
    let neither: Vec<String> = requirements::all()
        .filter(|one| one.uncovered.is_none() && requirements::cases_of(one).is_empty())
        .map(describe)
        .collect();
    expect_none(
        &neither,
        "no case names these, and the table does not say why",
    );
}

#[test]
fn no_reason_outlives_its_first_case() {
    let both: Vec<String> = requirements::all()
        .filter(|one| one.uncovered.is_some() && !requirements::cases_of(one).is_empty())
        .map(describe)
        .collect();
    expect_none(&both, "cases name these, and the table says why none does");
}

fn describe(requirement: Requirement) -> String {
    format!("{} {}", requirement.id, requirement.says)
}
