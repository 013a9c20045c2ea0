//! The command as scripts use it: what it prints where, what it writes, and how it ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{
    path::Path,
    process::{Command, Output},
};

use rstest::rstest;
use serde_json::Value;
use storeproof_suites::requirements;

/// Runs the command in a folder, with a terminal's variables out of the way.
fn storeproof_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_storeproof"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .output()
        .expect("the command starts")
}

fn storeproof(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    storeproof_in(folder.path(), arguments)
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

#[rstest]
#[case(&["--help"], "Exit codes")]
#[case(&["run", "--help"], "tcp://HOST:PORT")]
#[case(&["list", "--help"], "--format")]
#[case(&["list", "--help"], "--requirements")]
#[case(&["explain", "--help"], "CASE|REQUIREMENT")]
#[case(&["diff", "--help"], "OLD")]
#[case(&["doctor", "--help"], "etcd")]
#[case(&["teeth", "--help"], "broken")]
fn help_is_no_error(#[case] arguments: &[&str], #[case] holds: &str) {
    let output = storeproof(arguments);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains(holds), "{}", out(&output));
}

#[rstest]
#[case(&[], "Usage")]
#[case(&["judge"], "judge")]
#[case(&["run", "--frobnicate"], "--frobnicate")]
#[case(&["run", "memory", "--seed", "x"], "--seed")]
#[case(&["run", "memory", "--jobs", "0"], "--jobs")]
#[case(&["run", "etdc"], "etcd:VERSION")]
#[case(&["run", "memory", "etcd,tls=yes"], "plain, server or mutual")]
#[case(&["run", "memory", "--suite", "crudd"], "The suites are")]
#[case(&["run", "memory", "--cacert", "ca.pem"], "no subject is tcp://HOST:PORT")]
#[case(&["run", "tcp://127.0.0.1:1", "--cert", "c.pem"], "--cert is given without --key")]
#[case(&["run", "tcp://127.0.0.1:1", "--cacert", "ca.pem"], "The authority ca.pem cannot be read")]
#[case(&["diff", "old", "new"], "There is no report at old")]
#[case(&["diff", "old"], "NEW")]
#[case(&["list", "--suite", "crudd"], "The suites are")]
#[case(&["list", "--requirements", "--suite", "crud"], "--suite")]
#[case(&["list", "--requirements", "--filter", "create"], "--filter")]
#[case(&["explain", "crud::create::refuse_a_key"], "crud::create::refuses_a_key_that_exists")]
#[case(&["explain", "store/5.3.15/12"], "store/5.3.15/c12")]
#[case(&["explain", "rng-04"], "RNG-04")]
fn what_makes_no_sense_says_what_would(#[case] arguments: &[&str], #[case] holds: &str) {
    let output = storeproof(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains(holds), "{}", err(&output));
    assert_eq!(out(&output), "");
}

#[rstest]
#[case(&["run", "memory", "--filter", "no such case"])]
#[case(&["list", "--filter", "no such case"])]
fn a_filter_that_matches_nothing_is_an_error(#[case] arguments: &[&str]) {
    let output = storeproof(arguments);
    assert_eq!(output.status.code(), Some(4));
    assert!(err(&output).contains("no such case"), "{}", err(&output));
}

#[test]
fn a_server_that_is_not_there_is_the_environment() {
    // Port 1 is reserved, and nobody listens on it.
    let output = storeproof(&["run", "tcp://127.0.0.1:1", "--suite", "crud"]);
    assert_eq!(output.status.code(), Some(6), "{}", err(&output));
    assert!(err(&output).contains("tcp://127.0.0.1:1 cannot be had"));
    assert!(err(&output).contains("--cacert FILE"), "{}", err(&output));
}

#[test]
fn a_run_writes_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "run", "memory", "--suite", "crud", "--seed", "7", "--out", "o",
    ];
    let output = storeproof_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).starts_with("the memory store"));
    assert!(out(&output).contains("seed 7"));
    assert!(!out(&output).contains('\x1b'), "a pipe is no terminal");

    let read = |name| std::fs::read_to_string(folder.path().join("o").join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("report.json")).unwrap();
    assert_eq!(report["version"], 2);
    assert_eq!(report["seed"], 7);
    let subject = &report["subjects"][0];
    assert_eq!(subject["name"], "memory");
    assert_eq!(subject["provision"], "memory");
    assert_eq!(subject["server_version"], Value::Null);
    assert_eq!(subject["conformance"], "conforms");
    let capabilities = subject["capabilities"].as_array().unwrap();
    assert!(
        capabilities.contains(&"raw-bytes".into()),
        "hooks count too"
    );
    assert!(!capabilities.contains(&"leases".into()));

    let lines = lines(&read("results.jsonl"));
    let (footer, cases) = lines.split_last().unwrap();
    assert_eq!(footer["kind"], "footer");
    assert_eq!(footer["counts"], subject["counts"]);
    let passed = cases.iter().filter(|case| case["outcome"] == "passed");
    assert_eq!(subject["counts"]["passed"], passed.count());
    for (line, case) in cases.iter().zip(subject["cases"].as_array().unwrap()) {
        assert_eq!(line["id"], case["id"], "lines and report hold the same");
        assert_eq!(line["requirement_ids"], case["requirement_ids"]);
    }
    assert!(read("report.md").starts_with("✓ **memory conforms.**"));
    assert!(read("report.html").contains("<h1 class=\"good\">memory conforms.</h1>"));
    for outcome in [
        "failed",
        "not_supported",
        "known_failure",
        "unexpected_pass",
        "inconclusive",
        "broken",
    ] {
        assert_eq!(subject["counts"][outcome], 0, "{outcome}");
    }
    let listed = out(&storeproof(&["list", "--suite", "crud", "--format", "tsv"]));
    let listed: Vec<&str> = listed
        .lines()
        .map(|line| line.split('\t').next().unwrap())
        .collect();
    let reported: Vec<&str> = cases
        .iter()
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    assert_eq!(reported, listed, "every case, in the order of the table");
    assert!(read("junit.xml").contains("<testsuite name=\"crud\""));
}

#[test]
fn several_subjects_get_a_folder_each() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "run",
        "memory",
        "memory",
        "--filter",
        "crud::create",
        "--out",
        "o",
    ];
    let output = storeproof_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let report = std::fs::read_to_string(folder.path().join("o/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["subjects"].as_array().unwrap().len(), 2);
    for name in ["memory", "memory-2"] {
        let path = folder.path().join("o").join(name);
        assert!(path.join("results.jsonl").exists(), "{}", path.display());
    }
    let text = out(&output);
    let (_, table) = text
        .split_once("\n         memory    memory\n")
        .expect("a table");
    assert!(table.contains("verdict  conforms  conforms"), "{text}");
}

#[test]
fn subjects_after_one_that_cannot_be_had_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["run", "tcp://127.0.0.1:1", "memory", "--suite", "keys"];
    arguments.extend(["--out", "o"]);
    let output = storeproof_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(6), "{}", out(&output));
    let report = std::fs::read_to_string(folder.path().join("o/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let [unreachable, memory] = [0, 1].map(|position| &report["subjects"][position]);
    assert_eq!(unreachable["conformance"], "not_judged");
    let problem = unreachable["problem"].as_str().unwrap();
    assert!(
        problem.contains("tcp://127.0.0.1:1 cannot be had"),
        "{problem}"
    );
    assert_eq!(memory["conformance"], "conforms");
    let page = std::fs::read_to_string(folder.path().join("o/report.html")).unwrap();
    assert!(page.contains("Could not be judged"));
}

#[test]
fn a_run_without_failures_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = storeproof_in(folder.path(), &["run", "memory", "--suite", "stress"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_earlier_report_does_not_outlive_a_run_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    std::fs::write(&report, "{}").unwrap();
    let history = folder.path().join("history").join("crud.create.x.jsonl");
    std::fs::create_dir(history.parent().unwrap()).unwrap();
    std::fs::write(&history, "{}").unwrap();
    let subject = ["run", "tcp://127.0.0.1:1", "--out", "."];
    let output = storeproof_in(folder.path(), &subject);
    assert_eq!(output.status.code(), Some(6));
    let text = std::fs::read_to_string(&report).unwrap();
    assert!(text.contains("\"not_judged\""), "{text}");
    assert!(!history.exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let arguments = ["run", "memory", "--suite", "crud", "--out", "file/o"];
    let output = storeproof_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(6));
    assert!(err(&output).contains("file/o"), "{}", err(&output));
}

#[test]
fn lines_of_json_have_standard_output_to_themselves() {
    let output = storeproof(&["run", "memory", "--suite", "crud", "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let lines = lines(&out(&output));
    let (footer, cases) = lines.split_last().unwrap();
    assert_eq!(footer["kind"], "footer");
    assert_eq!(footer["counts"]["passed"], cases.len());
    assert!(cases.iter().all(|case| case["kind"] == "case"));
    assert!(err(&output).contains("the memory store"));
}

#[test]
fn a_seed_is_chosen_and_printed() {
    let text = out(&storeproof(&["run", "memory", "--filter", "crud::create"]));
    let seed = text.split_once("seed ").unwrap().1.lines().next().unwrap();
    seed.parse::<u64>().expect("the seed can be given again");
}

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

#[test]
fn the_failures_of_a_broken_store_can_be_read() {
    let case = "watch::delivery::keeps_the_order_across_keys";
    let mutant = ["--mutant", "watch_drops_some", "--filter", case];
    let output = storeproof(&[&["teeth"], &mutant[..], &["--screens"]].concat());
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in ["watch_drops_some", case, "operations ", "✗ ", "expected "] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let sound = ["--mutant", "page_skips_a_key", "--filter", case];
    let output = storeproof(&[&["teeth"], &sound[..], &["--screens"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("survives"), "{}", out(&output));
}

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
