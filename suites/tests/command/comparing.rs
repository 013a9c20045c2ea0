//! One run beside another.

use std::path::Path;

use super::bed::{err, out, storeproof_in};

/// Runs one case of the memory store into a folder.
fn run_into(folder: &Path, name: &str) {
    let case = "crud::create::refuses_a_key_that_exists";
    let arguments = ["run", "memory", "--filter", case, "--out", name];
    let output = storeproof_in(folder, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn runs_can_be_compared() {
    let folder = tempfile::tempdir().unwrap();
    run_into(folder.path(), "old");
    run_into(folder.path(), "new");
    let output = storeproof_in(folder.path(), &["diff", "old", "new"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(out(&output), "memory\n  no change\n\nnothing regressed\n");

    // What the earlier run says is turned round: as if the case had failed, or the later one did.
    let path = folder.path().join("old/report.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let failed = text.replace("\"outcome\": \"passed\"", "\"outcome\": \"failed\"");
    assert_ne!(text, failed);
    std::fs::write(&path, failed).unwrap();
    let fixed = storeproof_in(folder.path(), &["diff", "old", "new"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", out(&fixed));
    assert!(out(&fixed).contains("1 fixed"), "{}", out(&fixed));
    let worse = storeproof_in(folder.path(), &["diff", "new/report.json", "old"]);
    assert_eq!(worse.status.code(), Some(5), "{}", out(&worse));
    let text = out(&worse);
    assert!(text.contains("passed → failed"), "{text}");
    assert!(
        text.contains("storeproof run memory --filter crud::create"),
        "{text}"
    );
    let arguments = ["diff", "new", "old", "--format", "markdown"];
    let worse = storeproof_in(folder.path(), &arguments);
    assert_eq!(worse.status.code(), Some(5));
    assert!(
        out(&worse).starts_with("✗ **1 regressed**"),
        "{}",
        out(&worse)
    );
}

#[test]
fn a_report_of_another_version_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    run_into(folder.path(), "new");
    std::fs::write(folder.path().join("old.json"), "{\"version\": 1}").unwrap();
    let output = storeproof_in(folder.path(), &["diff", "old.json", "new"]);
    assert_eq!(output.status.code(), Some(2));
    let text = err(&output);
    assert!(text.contains("old.json has the format 1"), "{text}");
    assert_eq!(out(&output), "");
}
