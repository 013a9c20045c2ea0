use std::collections::HashMap;

use super::record::{CaseRecord, OutcomeKind, Report, SubjectRecord};
use crate::harness::Counts;

/// Everything that was looked at, suite by suite, subject beside subject.
#[derive(Debug)]
pub(super) struct Matrix<'a> {
    pub(super) subjects: Vec<&'a SubjectRecord>,
    pub(super) suites: Vec<Suite<'a>>,
}

/// The cases of a suite.
#[derive(Debug)]
pub(super) struct Suite<'a> {
    pub(super) name: &'a str,
    /// How its cases came out, a subject each.
    pub(super) counts: Vec<Counts>,
    pub(super) rows: Vec<Row<'a>>,
}

/// One case, with all its rows.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The id without a row.
    pub(super) case: &'a str,
    pub(super) requirement: &'a str,
    /// Of all rows, each once.
    pub(super) requirement_ids: Vec<&'a str>,
    pub(super) tier: Option<&'a str>,
    /// A subject each.
    pub(super) cells: Vec<Cell<'a>>,
}

/// How a case came out for a subject: itself, or each of its rows. Empty where it was not selected.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell<'a>(pub(super) Vec<&'a CaseRecord>);

impl<'a> Matrix<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let subjects: Vec<&SubjectRecord> = report.subjects.iter().collect();
        let mut matrix = Self {
            suites: Vec::new(),
            subjects,
        };
        let mut suites: HashMap<&str, usize> = HashMap::new();
        let mut rows: HashMap<(&str, &str), usize> = HashMap::new();
        for (column, subject) in report.subjects.iter().enumerate() {
            for case in &subject.cases {
                matrix.add(column, case, &mut suites, &mut rows);
            }
        }
        matrix
    }

    fn add(
        &mut self,
        column: usize,
        record: &'a CaseRecord,
        suites: &mut HashMap<&'a str, usize>,
        rows: &mut HashMap<(&'a str, &'a str), usize>,
    ) {
        let columns = self.subjects.len();
        let suite = *suites.entry(&record.suite).or_insert_with(|| {
            self.suites.push(Suite {
                name: &record.suite,
                counts: vec![Counts::default(); columns],
                rows: Vec::new(),
            });
            self.suites.len() - 1
        });
        let Some(suite) = self.suites.get_mut(suite) else {
            return;
        };
        let row = *rows.entry((suite.name, record.case())).or_insert_with(|| {
            suite.rows.push(Row {
                case: record.case(),
                requirement: &record.requirement,
                requirement_ids: Vec::new(),
                tier: record.tier.as_deref(),
                cells: vec![Cell::default(); columns],
            });
            suite.rows.len() - 1
        });
        let Some(row) = suite.rows.get_mut(row) else {
            return;
        };
        for id in &record.requirement_ids {
            if !row.requirement_ids.contains(&&**id) {
                row.requirement_ids.push(id);
            }
        }
        if let Some(cell) = row.cells.get_mut(column) {
            cell.0.push(record);
        }
        if let Some(counts) = suite.counts.get_mut(column) {
            record.outcome.count_in(counts);
        }
    }
}

impl Row<'_> {
    /// Whether it keeps a subject from conforming.
    pub(super) fn is_wrong(&self) -> bool {
        let mut cells = self.cells.iter();
        cells.any(|cell| cell.0.iter().any(|case| case.outcome.is_wrong()))
    }
}

impl Cell<'_> {
    pub(super) fn counts(&self) -> Counts {
        OutcomeKind::count(self.0.iter().map(|case| case.outcome))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{sample, tally};

    #[test]
    fn every_case_is_in_one_cell_of_its_subject() {
        let report = sample::report();
        let matrix = Matrix::of(&report);
        for (column, subject) in matrix.subjects.iter().enumerate() {
            let cells = matrix.suites.iter().flat_map(|suite| &suite.rows);
            let records = cells.flat_map(|row| &row.cells[column].0);
            let ids: Vec<_> = records.map(|case| &case.id).collect();
            let all: Vec<_> = subject.cases.iter().map(|case| &case.id).collect();
            assert_eq!(ids, all);
            let counted = matrix.suites.iter().map(|suite| &suite.counts[column]);
            assert_eq!(counted.map(tally::total).sum::<usize>(), all.len());
        }
    }

    #[test]
    fn rows_of_a_case_share_a_line() {
        let report = sample::report();
        let matrix = Matrix::of(&report);
        let paging = matrix.suites.iter().find(|suite| suite.name == "paging");
        let [row] = &*paging.unwrap().rows else {
            panic!("one case")
        };
        assert_eq!(row.case, "paging::limit::is_honoured");
        assert_eq!(row.requirement_ids, ["store/5.3.15/c1", "store/5.3.15/c2"]);
        let cell = row.cells[1].counts();
        assert_eq!((cell.passed, cell.failed), (1, 1));
        assert!(row.is_wrong());
        assert_eq!(row.cells[2].0.len(), 0, "it was not judged");
    }
}
