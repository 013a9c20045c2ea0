use std::{io, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Begun, Ended, record::CaseRecord};

/// The run as JUnit knows it: a test suite for each suite, what is not supported as skipped with its reason.
pub(super) fn render(begun: &Begun, cases: &[CaseRecord], ended: &Ended) -> io::Result<Vec<u8>> {
    let mut report = Report::new(format!("storeproof {}", begun.subject));
    report.set_time(ended.took);
    for cases in cases.chunk_by(|one, other| one.suite == other.suite) {
        let Some(first) = cases.first() else { continue };
        let mut suite = TestSuite::new(first.suite.clone());
        suite.add_property(("subject", &*begun.subject));
        suite.add_property(("seed", &*begun.seed.to_string()));
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
    let mut status = match &*case.outcome {
        "passed" => TestCaseStatus::success(),
        "not_supported" | "known_failure" => TestCaseStatus::skipped(),
        "failed" | "unexpected_pass" => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if case.outcome != "passed" {
        status.set_type(case.outcome.clone());
        match &case.failure {
            None => status.set_message(reason),
            Some(failure) => {
                status.set_message(case.requirement.clone());
                status.set_description(format!(
                    "expected: {}\nobserved: {}\noperations:\n  {}",
                    failure.expected,
                    failure.observed,
                    failure.operations.join("\n  ")
                ))
            }
        };
    }
    let mut test = TestCase::new(case.id.clone(), status);
    test.set_classname(case.suite.clone());
    test.set_time(Duration::from_millis(case.duration_ms));
    test.add_property(("requirement", &*case.requirement));
    test.add_property(("source", &*case.source));
    test
}
