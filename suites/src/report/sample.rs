//! A report to test with: three subjects, one of which could not be judged, and every kind of outcome.

use super::record::{
    CaseRecord, Conformance, Failure, OutcomeKind, Report, SubjectRecord, VERSION,
};
use crate::harness::Seed;

/// A case that came out so.
pub(crate) fn case(id: &str, outcome: OutcomeKind, ids: &[&str]) -> CaseRecord {
    let reason = match outcome {
        OutcomeKind::Passed | OutcomeKind::Failed => None,
        OutcomeKind::NotSupported => Some("needs leader-change"),
        OutcomeKind::KnownFailure => Some("slow disk (known since 2026-01-01)"),
        OutcomeKind::UnexpectedPass => Some("It passes. Take it off the list of known failures."),
        OutcomeKind::Inconclusive => Some("Hardly anything overlapped."),
        OutcomeKind::Broken => Some("The hook for compaction failed: timed out"),
    };
    let without_row = id.split_once('/').map_or(id, |(case, _)| case);
    CaseRecord {
        id: id.to_owned(),
        suite: id
            .split_once("::")
            .map_or(id, |(suite, _)| suite)
            .to_owned(),
        outcome,
        duration_ms: 5,
        requirement: format!("What {without_row} says holds."),
        requirement_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        tier: None,
        reason: reason.map(str::to_owned),
        failure: (outcome == OutcomeKind::Failed).then(failure),
    }
}

/// Why a case failed that watched.
pub(crate) fn failure() -> Failure {
    Failure {
        expected: "no bookmark at 3 or later before the change at it".to_owned(),
        observed: "a bookmark at 4".to_owned(),
        operations: vec!["create /pods/ns/a → a @4".to_owned()],
        replay: None,
        timeline: [
            "operations                              w1",
            "  create /pods/ns/foo → @3              (missing)",
            "  request watch progress → requested",
            "                                      ✗ BOOKMARK @4",
        ]
        .map(str::to_owned)
        .to_vec(),
        history: Some("o/history/watch.progress.jsonl".to_owned()),
    }
}

/// A subject whose cases came out so.
pub(crate) fn subject(name: &str, cases: Vec<CaseRecord>) -> SubjectRecord {
    let counts = OutcomeKind::count(cases.iter().map(|case| case.outcome));
    SubjectRecord {
        name: name.to_owned(),
        origin: format!("what {name} stands for"),
        provision: Some("process".to_owned()),
        server_version: Some("3.5.16".to_owned()),
        problem: None,
        capabilities: vec!["paging".to_owned(), "watch".to_owned()],
        conformance: Conformance::of(&counts),
        verdicts: Vec::new(),
        counts,
        duration_ms: 39_960,
        cases,
    }
}

/// A report of these subjects.
pub(crate) fn report_of(subjects: Vec<SubjectRecord>) -> Report {
    Report {
        version: VERSION,
        suite_version: "0.1.0".to_owned(),
        seed: Seed(7),
        suites: Vec::new(),
        filters: Vec::new(),
        subjects,
    }
}

/// The report.
pub(crate) fn report() -> Report {
    use OutcomeKind::{
        Broken, Failed, Inconclusive, KnownFailure, NotSupported, Passed, UnexpectedPass,
    };
    let cases = |outcomes: [OutcomeKind; 8]| {
        let [create, delete, first, second, watch, stress, lease, fault] = outcomes;
        vec![
            case("crud::create::returns_it", create, &["store/5.3.3"]),
            case("crud::delete::is_final", delete, &["store/5.3.5"]),
            case(
                "paging::limit::is_honoured/one",
                first,
                &["store/5.3.15/c1"],
            ),
            case(
                "paging::limit::is_honoured/two",
                second,
                &["store/5.3.15/c2"],
            ),
            case(
                "watch::progress::never_overtakes",
                watch,
                &["backend/9/66", "store/6/1"],
            ),
            case("stress::watch::keeps_order", stress, &["store/6/2"]),
            case("lease::sharing::is_bounded", lease, &["store/6/3"]),
            case("fault::leader::changes", fault, &["store/6/4"]),
        ]
    };
    let sound = [
        Passed,
        Passed,
        Passed,
        Passed,
        Passed,
        Passed,
        Passed,
        NotSupported,
    ];
    let broken = [
        Passed,
        UnexpectedPass,
        Passed,
        Failed,
        Failed,
        Inconclusive,
        Broken,
        KnownFailure,
    ];
    report_of(vec![
        subject("memory", cases(sound)),
        subject("etcd:3.4.23", cases(broken)),
        SubjectRecord::not_judged("tcp://127.0.0.1:1", "Nobody answers there."),
    ])
}
