//! What there is: cases and requirements.

use std::process::Command;

use rstest::rstest;
use storeproof_suites::requirements;

use super::bed::{err, out, storeproof};

#[test]
fn listing_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_storeproof"))
        .args(["list", "--format", "tsv"])
        .current_dir(folder.path())
        .env("DOCKER_HOST", "unix:///nonexistent.sock")
        .env("STOREPROOF_ETCD", "/nonexistent/etcd")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(err(&output), "");
    let text = out(&output);
    assert!(text.lines().count() >= 80, "{}", text.lines().count());
    for line in text.lines() {
        assert_eq!(line.split('\t').count(), 6, "{line}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn every_listed_case_can_be_explained() {
    let text = out(&storeproof(&["list", "--suite", "crud", "--format", "tsv"]));
    for line in text.lines() {
        let id = line.split('\t').next().unwrap();
        let output = storeproof(&["explain", id]);
        assert_eq!(output.status.code(), Some(0), "{id}");
        assert!(out(&output).contains("requirement"), "{}", out(&output));
        assert!(out(&output).contains(&format!("--filter {id}")));
    }
}

#[test]
fn lines_of_requirements_have_standard_output_to_themselves() {
    let output = storeproof(&["list", "--requirements", "--format", "tsv"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(err(&output), "");
    assert_eq!(out(&output).lines().count(), requirements::all().count());
}

#[rstest]
#[case("store/5.3.3", "crud::create::refuses_a_key_that_exists")]
#[case("store/6/46", "there is no destination")]
#[case("RNG-04", "etcd API: Range")]
fn a_requirement_can_be_explained(#[case] id: &str, #[case] holds: &str) {
    let output = storeproof(&["explain", id]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    let requirement = requirements::find(id).unwrap();
    assert!(text.starts_with(id), "{text}");
    for part in [holds, requirement.source, "tier"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let script = format!("{} list | head -1", env!("CARGO_BIN_EXE_storeproof"));
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(err(&output), "");
}
