use OutcomeKind::{Failed, Inconclusive, NotSupported, Passed};

use super::*;
use crate::report::{
    Style,
    diff::{markdown, text},
    sample,
};

fn subject(name: &str, outcomes: &[(&str, OutcomeKind)]) -> SubjectRecord {
    let cases = outcomes
        .iter()
        .map(|(id, outcome)| sample::case(id, *outcome, &["store/6/1"]));
    sample::subject(name, cases.collect())
}

fn run(outcomes: &[(&str, OutcomeKind)]) -> Report {
    sample::report_of(vec![subject("memory", outcomes)])
}

fn old() -> Report {
    run(&[
        ("crud::a", Passed),
        ("crud::b", Failed),
        ("crud::c", Passed),
        ("crud::d", NotSupported),
        ("crud::e", Failed),
        ("crud::gone", Passed),
    ])
}

fn new() -> Report {
    run(&[
        ("crud::a", Failed),
        ("crud::new", Failed),
        ("crud::b", Passed),
        ("crud::c", Passed),
        ("crud::d", Passed),
        ("crud::e", Failed),
    ])
}

#[test]
fn each_change_is_found_once() {
    let (old, new) = (old(), new());
    let found = difference(&old, &new);
    let [subject] = &*found.subjects else {
        panic!("one subject")
    };
    let changes: Vec<(&str, ChangeKind)> = subject
        .changes
        .iter()
        .map(|change| (&*change.case().id, change.kind))
        .collect();
    assert_eq!(
        changes,
        [
            ("crud::a", ChangeKind::Regressed),
            ("crud::new", ChangeKind::New),
            ("crud::b", ChangeKind::Fixed),
            ("crud::d", ChangeKind::Support),
            ("crud::gone", ChangeKind::Gone),
        ]
    );
    assert_eq!(subject.still_failing(), 1);
    assert_eq!(found.exit(), Exit::Regressed);
    assert_eq!(
        found.verdict(),
        "1 regressed, 1 fixed, 1 changed support, 1 new (1 not as it should be), 1 gone"
    );
}

#[test]
fn the_same_run_has_not_changed() {
    let report = sample::report();
    let found = difference(&report, &report);
    assert!(
        found
            .subjects
            .iter()
            .all(|subject| subject.changes.is_empty())
    );
    assert!(found.notes.is_empty());
    assert_eq!(found.exit(), Exit::Conforms);
    assert_eq!(found.verdict(), "nothing regressed");
}

#[test]
fn what_is_unclear_now_is_no_regression() {
    let (old, new) = (
        run(&[("crud::a", Passed)]),
        run(&[("crud::a", Inconclusive)]),
    );
    assert_eq!(difference(&old, &new).exit(), Exit::Inconclusive);
}

#[test]
fn subjects_are_the_same_by_name_whatever_their_order() {
    let sound = |name| subject(name, &[("crud::a", Passed)]);
    let failing = |name| subject(name, &[("crud::a", Failed)]);
    let old = sample::report_of(vec![sound("memory"), failing("etcd"), sound("old")]);
    let new = sample::report_of(vec![failing("etcd"), sound("new"), sound("memory")]);
    let found = difference(&old, &new);
    let names: Vec<String> = found.subjects.iter().map(SubjectDifference::name).collect();
    assert_eq!(names, ["etcd", "new", "memory", "old"]);
    let obstacles: Vec<bool> = found
        .subjects
        .iter()
        .map(|subject| subject.obstacle().is_some())
        .collect();
    assert_eq!(obstacles, [false, true, false, true]);
    assert_eq!(found.exit(), Exit::Conforms);
}

#[test]
fn subjects_that_are_alone_are_compared_whatever_their_names() {
    let old = sample::report_of(vec![subject("etcd:3.5.16", &[("crud::a", Passed)])]);
    let new = sample::report_of(vec![subject("etcd:3.5.30", &[("crud::a", Failed)])]);
    let found = difference(&old, &new);
    assert_eq!(found.subjects[0].name(), "etcd:3.5.16 → etcd:3.5.30");
    assert_eq!(found.exit(), Exit::Regressed);
}

#[test]
fn a_subject_that_cannot_be_judged_any_more_is_the_environment() {
    let old = old();
    let new = sample::report_of(vec![SubjectRecord::not_judged("memory", "It is gone.")]);
    let found = difference(&old, &new);
    assert_eq!(found.exit(), Exit::Environment);
    let shown = text(&found, &Style::plain()).join("\n");
    assert!(
        shown.contains("It could not be judged now: It is gone."),
        "{shown}"
    );
}

#[test]
fn runs_that_are_hard_to_compare_say_so() {
    let old = old();
    let mut new = new();
    new.suites = vec!["crud".to_owned()];
    new.suite_version = "0.2.0".to_owned();
    let notes = difference(&old, &new).notes;
    assert_eq!(
        notes,
        [
            "The suites are not the same: 0.1.0 before, 0.2.0 now. Cases may be new or gone for that.",
            "Other cases were selected: everything before, crud now.",
        ]
    );
}

#[test]
fn the_terminal_shows_what_became_of_each_case() {
    let (old, new) = (old(), new());
    let shown = text(&difference(&old, &new), &Style::plain()).join("\n");
    assert_eq!(
        shown,
        "\
memory
  1 regressed
    ✗ crud::a · passed → failed
        What crud::a says holds. [store/6/1]
        observed  a bookmark at 4
        storeproof run memory --filter crud::a --seed 7
  1 fixed
    ✓ crud::b · failed → passed
  1 changed support
    ± crud::d · not supported → passed
  1 new
    + crud::new · failed
  1 gone
    – crud::gone · passed
  1 failed before and fails now

1 regressed, 1 fixed, 1 changed support, 1 new (1 not as it should be), 1 gone"
    );
}

#[test]
fn of_many_that_are_new_some_are_named() {
    let ids: Vec<String> = (0..300)
        .map(|number| format!("crud::case_{number}"))
        .collect();
    let mut outcomes: Vec<(&str, OutcomeKind)> = ids.iter().map(|id| (&**id, Passed)).collect();
    outcomes.push(("crud::last", Failed));
    let (old, new) = (run(&[]), run(&outcomes));
    let found = difference(&old, &new);
    let shown = text(&found, &Style::plain());
    assert!(shown.len() < 40, "{}", shown.len());
    assert!(shown.contains(&"  301 new".to_owned()), "{shown:?}");
    assert!(shown.contains(&"    … 281 more".to_owned()), "{shown:?}");
    assert_eq!(
        shown.get(2).unwrap(),
        "    + crud::last · failed",
        "it comes first"
    );
    assert!(markdown(&found).contains("281 more"));
}

#[test]
fn a_comment_never_gets_too_long() {
    let ids: Vec<String> = (0..900)
        .map(|number| format!("crud::case_{number}"))
        .collect();
    let all =
        |outcome| -> Vec<(&str, OutcomeKind)> { ids.iter().map(|id| (&**id, outcome)).collect() };
    let (old, new) = (run(&all(Passed)), run(&all(Failed)));
    let found = difference(&old, &new);
    let shown = markdown(&found);
    assert!(shown.len() < 60_000, "{}", shown.len());
    let told = shown.matches("\n- `crud::case_").count();
    let sentence = format!("- {} more in the reports themselves", 900 - told);
    assert!(shown.contains(&sentence), "{told}");
    let lines = text(&found, &Style::plain());
    let told = lines.iter().filter(|line| line.contains("✗ crud::case_"));
    assert_eq!(told.count(), 900, "a terminal shows all that regressed");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let long = "watch::".to_owned() + &"x".repeat(100);
    let (old, new) = (run(&[(&long, Passed)]), run(&[(&long, Failed)]));
    let style = Style::plain().columns(60);
    for line in text(&difference(&old, &new), &style) {
        let command = line.trim_start().starts_with("storeproof ");
        assert!(command || line.chars().count() <= 60, "{line}");
    }
}

#[test]
fn a_pull_request_sees_the_verdict_first() {
    let (old, new) = (old(), new());
    let shown = markdown(&difference(&old, &new));
    assert!(
        shown.starts_with(
            "✗ **1 regressed, 1 fixed, 1 changed support, 1 new (1 not as it should be), 1 gone**\n"
        ),
        "{shown}"
    );
    for part in [
        "| <code>memory</code> | 1 |  |  | 1 | 1 | 1 | 1 | 1 |",
        "`crud::a`",
        "passed → failed",
        "`storeproof run memory --filter crud::a --seed 7`",
    ] {
        assert!(shown.contains(part), "{part:?} in {shown}");
    }
    let sound = markdown(&difference(&old, &old));
    assert!(sound.starts_with("✓ **nothing regressed**\n"), "{sound}");
}
