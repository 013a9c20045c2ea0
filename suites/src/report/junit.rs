use std::{io, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::record::{CaseRecord, Failure, OutcomeKind, SubjectRecord};
use crate::harness::Seed;

/// The run as JUnit knows it: a test suite for each suite, what is not supported as skipped with its reason.
pub(super) fn render(subject: &SubjectRecord, seed: Seed) -> io::Result<Vec<u8>> {
    let mut report = Report::new(format!("storeproof {}", subject.name));
    report.set_time(Duration::from_millis(subject.duration_ms));
    for cases in subject
        .cases
        .chunk_by(|one, other| one.suite == other.suite)
    {
        let Some(first) = cases.first() else { continue };
        let mut suite = TestSuite::new(first.suite.clone());
        suite.add_property(("subject", &*subject.name));
        suite.add_property(("seed", &*seed.to_string()));
        suite.add_test_cases(cases.iter().map(test_case));
        report.add_test_suite(suite);
    }
    let mut bytes = Vec::new();
    report
        .serialize(&mut bytes)
        .map_err(|error| io::Error::other(format!("junit.xml cannot be rendered: {error}")))?;
    Ok(bytes)
}

fn test_case(case: &CaseRecord) -> TestCase {
    let reason = case.reason.clone().unwrap_or_default();
    let mut status = match case.outcome {
        OutcomeKind::Passed => TestCaseStatus::success(),
        OutcomeKind::NotSupported | OutcomeKind::KnownFailure => TestCaseStatus::skipped(),
        OutcomeKind::Failed | OutcomeKind::UnexpectedPass => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        OutcomeKind::Inconclusive | OutcomeKind::Broken => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    if case.outcome != OutcomeKind::Passed {
        status.set_type(case.outcome.words().replace(' ', "_"));
        match &case.failure {
            None => status.set_message(reason),
            Some(failure) => {
                status.set_message(case.requirement.clone());
                status.set_description(description(failure))
            }
        };
    }
    let mut test = TestCase::new(case.id.clone(), status);
    test.set_classname(case.suite.clone());
    test.set_time(Duration::from_millis(case.duration_ms));
    test.add_property(("requirement", &*case.requirement));
    test.add_property(("source", &*case.requirement_ids.join(" ")));
    test
}

/// What was expected, what was observed, and what led to it: the timeline where there is one.
fn description(failure: &Failure) -> String {
    let mut text = format!(
        "expected: {}\nobserved: {}\n",
        failure.expected, failure.observed
    );
    if failure.timeline.is_empty() {
        text.push_str("operations:");
        for operation in &failure.operations {
            text.push_str("\n  ");
            text.push_str(operation);
        }
    } else {
        text.push_str(&failure.timeline.join("\n"));
    }
    for (label, value) in [("sequence", &failure.replay), ("history", &failure.history)] {
        if let Some(value) = value {
            text.push_str(&format!("\n{label}: {value}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        Failure {
            expected: "ADDED b".to_owned(),
            observed: "ADDED <c> & \u{1}".to_owned(),
            operations: vec!["create /pods/ns/a → a @4".to_owned()],
            replay: None,
            timeline: vec![
                "operations                  w1".to_owned(),
                "  create /pods/ns/a → @4  ✗ ADDED a @4".to_owned(),
            ],
            history: Some("o/history/x.jsonl".to_owned()),
        }
    }

    #[test]
    fn the_timeline_takes_the_place_of_the_operations() {
        let failure = failure();
        assert_eq!(
            description(&failure),
            "\
expected: ADDED b
observed: ADDED <c> & \u{1}
operations                  w1
  create /pods/ns/a → @4  ✗ ADDED a @4
history: o/history/x.jsonl"
        );
        let without = Failure {
            timeline: Vec::new(),
            history: None,
            ..failure
        };
        assert!(
            description(&without).ends_with("operations:\n  create /pods/ns/a → a @4"),
            "{}",
            description(&without)
        );
    }

    #[test]
    fn nothing_is_garbled_on_the_way() {
        let case = CaseRecord {
            id: "watch::x".to_owned(),
            suite: "watch".to_owned(),
            outcome: OutcomeKind::Failed,
            duration_ms: 1,
            requirement: "It holds.".to_owned(),
            requirement_ids: vec!["store/1".to_owned()],
            tier: None,
            reason: None,
            failure: Some(failure()),
        };
        let mut suite = TestSuite::new("watch");
        suite.add_test_case(test_case(&case));
        let mut report = Report::new("storeproof");
        report.add_test_suite(suite);
        let text = report.to_string().expect("it renders");
        let drawn = failure().timeline.join("\n");
        assert!(text.contains(&drawn), "{text}");
        assert!(text.contains("ADDED &lt;c&gt; &amp; "), "{text}");
    }
}
