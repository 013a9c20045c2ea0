//! Runs: what they take, what they write, and how they end.

use rstest::rstest;
use serde_json::Value;

use super::bed::{err, lines, out, storeproof, storeproof_in};

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
