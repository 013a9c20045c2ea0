//! What the template shows: sentences, signs and states, worked out beforehand.

use std::collections::HashMap;

use askama::Template;

use crate::{
    harness::Seed,
    report::{
        matrix::{Cell, Matrix, Row, Suite},
        next::{Step, steps},
        record::{CaseRecord, Conformance, OutcomeKind, Report, SubjectRecord, VerdictLine},
        replay,
        style::Style,
        tally::{gravest, sign, tally, total},
        words::{grounds, headline, identity},
    },
};

/// So many failures are open from the beginning.
const UNFOLDED: usize = 3;

/// How something is coloured: `good`, `bad`, `unsure` or `quiet`.
type State = &'static str;

#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct Page<'a> {
    version: &'a str,
    seed: Seed,
    selection: String,
    headline: String,
    state: State,
    several: bool,
    unfolded: usize,
    verdicts: Vec<Verdict<'a>>,
    subjects: Vec<Subject<'a>>,
    suites: Vec<SuiteView<'a>>,
    failures: Vec<FailureView<'a>>,
    steps: Vec<Step>,
}

struct Verdict<'a> {
    subject: &'a str,
    sign: char,
    state: State,
    text: &'a str,
}

struct Subject<'a> {
    name: &'a str,
    verdict: String,
    state: State,
    grounds: String,
    identity: String,
    capabilities: String,
    /// Why cases did not run or count, with how many each.
    reasons: Vec<String>,
}

struct SuiteView<'a> {
    name: &'a str,
    tallies: Vec<Tally<'a>>,
    rows: Vec<RowView<'a>>,
}

struct Tally<'a> {
    subject: &'a str,
    state: State,
    text: String,
}

struct RowView<'a> {
    case: &'a str,
    requirement: &'a str,
    ids: String,
    tier: &'a str,
    wrong: bool,
    cells: Vec<CellView<'a>>,
}

struct CellView<'a> {
    subject: &'a str,
    state: State,
    sign: char,
    text: String,
    /// The number of its failure; zero where there is none.
    failure: usize,
}

struct FailureView<'a> {
    /// From one on.
    number: usize,
    id: &'a str,
    subject: &'a str,
    outcome: &'static str,
    sign: char,
    state: State,
    requirement: &'a str,
    ids: String,
    reason: &'a str,
    /// The timeline, or the operations.
    told: String,
    facts: Vec<Fact<'a>>,
    command: String,
}

struct Fact<'a> {
    name: &'static str,
    value: &'a str,
}

/// The number of each failure, by subject and id.
type Numbers<'a> = HashMap<(usize, &'a str), usize>;

impl<'a> Page<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let matrix = Matrix::of(report);
        let mut numbers = Numbers::new();
        let mut failures = Vec::new();
        for (position, subject) in report.subjects.iter().enumerate() {
            for case in subject.wrong() {
                let number = failures.len() + 1;
                numbers.insert((position, &case.id), number);
                failures.push(FailureView::of(number, subject, case, report.seed));
            }
        }
        let verdicts = report.subjects.iter().flat_map(|subject| {
            let lines = subject.verdicts.iter();
            lines.map(|line| Verdict::of(&subject.name, line))
        });
        let suites = matrix.suites.iter();
        Self {
            version: &report.suite_version,
            seed: report.seed,
            selection: [&*report.suites, &*report.filters].concat().join(", "),
            headline: headline(report),
            state: overall(report),
            several: report.subjects.len() > 1,
            unfolded: UNFOLDED,
            verdicts: verdicts.collect(),
            subjects: report.subjects.iter().map(Subject::of).collect(),
            suites: suites
                .map(|suite| SuiteView::of(suite, &matrix, &numbers))
                .collect(),
            failures,
            steps: steps(report),
        }
    }
}

impl<'a> Verdict<'a> {
    fn of(subject: &'a str, line: &'a VerdictLine) -> Self {
        let (sign, state) = match line.holds {
            Some(true) => ('✓', "good"),
            Some(false) => ('✗', "bad"),
            None => ('?', "unsure"),
        };
        Self {
            subject,
            sign,
            state,
            text: &line.text,
        }
    }
}

impl<'a> Subject<'a> {
    fn of(subject: &'a SubjectRecord) -> Self {
        let mut reasons: Vec<(&str, OutcomeKind, usize)> = Vec::new();
        for case in &subject.cases {
            let told = matches!(
                case.outcome,
                OutcomeKind::NotSupported | OutcomeKind::KnownFailure
            );
            let Some(reason) = case.reason.as_deref().filter(|_| told) else {
                continue;
            };
            let known = reasons
                .iter_mut()
                .find(|(known, kind, _)| *known == reason && *kind == case.outcome);
            match known {
                Some((_, _, count)) => *count += 1,
                None => reasons.push((reason, case.outcome, 1)),
            }
        }
        let reasons = reasons.into_iter();
        let mut words = subject.conformance.words().to_owned();
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self {
            name: &subject.name,
            verdict: words,
            state: state_of(subject.conformance),
            grounds: grounds(subject),
            identity: identity(subject),
            capabilities: subject.capabilities.join(", "),
            reasons: reasons
                .map(|(reason, kind, count)| format!("{count} {}: {reason}", kind.words()))
                .collect(),
        }
    }
}

impl<'a> SuiteView<'a> {
    fn of(suite: &Suite<'a>, matrix: &Matrix<'a>, numbers: &Numbers<'a>) -> Self {
        let subjects = matrix.subjects.iter().zip(&suite.counts);
        let judged = subjects.filter(|(_, counts)| total(counts) > 0);
        Self {
            name: suite.name,
            tallies: judged
                .map(|(subject, counts)| Tally {
                    subject: &subject.name,
                    state: gravest(counts).map_or("quiet", state),
                    text: tally(counts, &Style::plain()),
                })
                .collect(),
            rows: suite
                .rows
                .iter()
                .map(|row| RowView::of(row, matrix, numbers))
                .collect(),
        }
    }
}

impl<'a> RowView<'a> {
    fn of(row: &Row<'a>, matrix: &Matrix<'a>, numbers: &Numbers<'a>) -> Self {
        let cells = row.cells.iter().zip(&matrix.subjects).enumerate();
        Self {
            case: row.case,
            requirement: row.requirement,
            ids: row.requirement_ids.join(" "),
            tier: row.tier.unwrap_or_default(),
            wrong: row.is_wrong(),
            cells: cells
                .map(|(position, (cell, subject))| {
                    CellView::of(position, &subject.name, cell, numbers)
                })
                .collect(),
        }
    }
}

impl<'a> CellView<'a> {
    fn of(position: usize, subject: &'a str, cell: &Cell<'a>, numbers: &Numbers<'a>) -> Self {
        let counts = cell.counts();
        let kind = gravest(&counts);
        let text = match (&*cell.0, kind) {
            ([], _) => "not judged".to_owned(),
            ([_], Some(kind)) => kind.words().to_owned(),
            (_, _) if counts.passed == 0 => {
                // Nothing passed: that goes without saying.
                tally(&counts, &Style::plain()).replacen("0 passed, ", "", 1)
            }
            _ => tally(&counts, &Style::plain()),
        };
        let failure = cell
            .0
            .iter()
            .find_map(|case| numbers.get(&(position, &*case.id)));
        Self {
            subject,
            state: kind.map_or("quiet", state),
            sign: kind.map_or(' ', sign),
            text,
            failure: failure.copied().unwrap_or_default(),
        }
    }
}

impl<'a> FailureView<'a> {
    fn of(number: usize, subject: &'a SubjectRecord, case: &'a CaseRecord, seed: Seed) -> Self {
        let mut facts = Vec::new();
        let mut told = String::new();
        if let Some(failure) = &case.failure {
            told = if failure.timeline.is_empty() {
                failure.operations.join("\n")
            } else {
                failure.timeline.join("\n")
            };
            let mut fact = |name, value: &'a str| facts.push(Fact { name, value });
            fact("expected", &failure.expected);
            fact("observed", &failure.observed);
            if let Some(sequence) = &failure.replay {
                fact("sequence", sequence);
            }
            if let Some(history) = &failure.history {
                fact("history", history);
            }
        }
        Self {
            number,
            id: &case.id,
            subject: &subject.name,
            outcome: case.outcome.words(),
            sign: sign(case.outcome),
            state: state(case.outcome),
            requirement: &case.requirement,
            ids: case.requirement_ids.join(" "),
            reason: case.reason.as_deref().unwrap_or_default(),
            told,
            facts,
            command: replay(&subject.name, &case.id, seed),
        }
    }
}

fn overall(report: &Report) -> State {
    let states = report.subjects.iter();
    let states: Vec<State> = states
        .map(|subject| state_of(subject.conformance))
        .collect();
    let worst = ["bad", "unsure", "good"].into_iter();
    worst
        .into_iter()
        .find(|state| states.contains(state))
        .unwrap_or("unsure")
}

const fn state_of(conformance: Conformance) -> State {
    match conformance {
        Conformance::Conforms => "good",
        Conformance::DoesNotConform | Conformance::NotJudged => "bad",
        Conformance::Inconclusive | Conformance::NothingJudged => "unsure",
    }
}

const fn state(kind: OutcomeKind) -> State {
    match kind {
        OutcomeKind::Passed => "good",
        OutcomeKind::NotSupported => "quiet",
        OutcomeKind::KnownFailure | OutcomeKind::Inconclusive => "unsure",
        OutcomeKind::Failed | OutcomeKind::UnexpectedPass | OutcomeKind::Broken => "bad",
    }
}
