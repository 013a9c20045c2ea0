//! Requirements beside subjects, suite by suite.

use std::collections::HashMap;

use crate::report::{
    matrix::{Cell, Matrix, Row, Suite},
    record::OutcomeKind,
    style::Style,
    tally::{gravest, sign, tally, total},
};

/// How something is coloured: `good`, `bad`, `unsure` or `quiet`.
pub(super) type State = &'static str;

pub(super) struct SuiteView<'a> {
    pub(super) name: &'a str,
    pub(super) tallies: Vec<Tally<'a>>,
    pub(super) rows: Vec<RowView<'a>>,
}

pub(super) struct Tally<'a> {
    pub(super) subject: &'a str,
    pub(super) state: State,
    pub(super) text: String,
}

pub(super) struct RowView<'a> {
    pub(super) case: &'a str,
    pub(super) requirement: &'a str,
    pub(super) ids: String,
    pub(super) tier: &'a str,
    pub(super) wrong: bool,
    pub(super) cells: Vec<CellView<'a>>,
}

pub(super) struct CellView<'a> {
    pub(super) subject: &'a str,
    pub(super) state: State,
    pub(super) sign: char,
    pub(super) text: String,
    /// The number of its failure; zero where there is none.
    pub(super) failure: usize,
}

/// The number of each failure, by subject and id.
pub(super) type Numbers<'a> = HashMap<(usize, &'a str), usize>;

impl<'a> SuiteView<'a> {
    pub(super) fn of(suite: &Suite<'a>, matrix: &Matrix<'a>, numbers: &Numbers<'a>) -> Self {
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

/// How an outcome is coloured.
pub(super) const fn state(kind: OutcomeKind) -> State {
    match kind {
        OutcomeKind::Passed => "good",
        OutcomeKind::NotSupported => "quiet",
        OutcomeKind::KnownFailure | OutcomeKind::Inconclusive => "unsure",
        OutcomeKind::Failed | OutcomeKind::UnexpectedPass | OutcomeKind::Broken => "bad",
    }
}
