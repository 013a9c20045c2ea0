//! Failures that are known.

use std::{path::Path, process::Output};

use serde_json::Value;

use super::bed::{err, out, storeproof_in};

/// A list of known failures with one entry.
fn known(folder: &Path, case: &str) {
    let text =
        format!("[[failure]]\ncase = \"{case}\"\nreason = \"slow\"\nsince = \"2026-11-25\"\n");
    std::fs::write(folder.join("known.toml"), text).unwrap();
}

fn run_knowing(folder: &Path, filter: &str) -> Output {
    let arguments = [
        "run",
        "memory",
        "--filter",
        filter,
        "--known-failures",
        "known.toml",
        "--out",
        "o",
    ];
    storeproof_in(folder, &arguments)
}

#[test]
fn a_known_failure_that_passes_fails_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let case = "crud::create::refuses_a_key_that_exists";
    known(folder.path(), case);
    let output = run_knowing(folder.path(), case);
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    let text = out(&output);
    assert!(text.contains("unexpected pass"), "{text}");
    assert!(text.contains("Take it off the list"), "{text}");
    assert!(text.contains("slow (known since 2026-11-25)"), "{text}");
    let report = std::fs::read_to_string(folder.path().join("o/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["subjects"][0]["counts"]["unexpected_pass"], 1);
}

#[test]
fn a_known_failure_that_is_not_selected_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    known(folder.path(), "crud::create::refuses_a_key_that_exists");
    let output = run_knowing(folder.path(), "crud::create::returns");
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}

#[test]
fn a_list_of_known_failures_that_makes_no_sense_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_knowing(folder.path(), "crud::create");
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("The known failures in known.toml cannot be read"));
    known(folder.path(), "crud::create::refuse_a_key_that_exists");
    let output = run_knowing(folder.path(), "crud::create");
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).starts_with("known.toml:2: There is no case"));
    assert!(err(&output).contains("crud::create::refuses_a_key_that_exists"));
    assert_eq!(out(&output), "");
}
