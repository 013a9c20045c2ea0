//! Several subjects in one table, as a terminal shows it.

use super::{
    matrix::Matrix,
    record::{Conformance, OutcomeKind, Report},
    style::Style,
    tally::{Paint, by_kind, paint, sign},
    words::seconds,
};
use crate::harness::Counts;

/// Between two columns.
const GAP: &str = "  ";
/// The label of the rows below the suites.
const VERDICT: &str = "verdict";
const TIME: &str = "time";

/// The suites as rows and the subjects as columns, in lines no wider than the style allows. Where the names of subjects
/// do not fit they are numbered and told before; where the columns do not, they continue below.
pub fn side_by_side(report: &Report, style: &Style) -> Vec<String> {
    let matrix = Matrix::of(report);
    let labels = labels(&matrix);
    let names = report.subjects.iter().map(|subject| subject.name.clone());
    let named = columns(&matrix, names.collect());
    let mut lines = Vec::new();
    let room = style.width().saturating_sub(width(&labels));
    if taken(&named) <= room {
        lines.extend(block(&labels, &named, style));
    } else {
        let numbers = (1..=report.subjects.len()).map(|number| number.to_string());
        for (position, subject) in report.subjects.iter().enumerate() {
            // A name stays whole: it is there to be copied.
            lines.push(format!("{}{GAP}{}", position + 1, subject.name));
        }
        let numbered = columns(&matrix, numbers.collect());
        for part in parts(&numbered, room) {
            lines.push(String::new());
            lines.extend(block(&labels, part, style));
        }
    }
    let legend = legend(report, style.width());
    if !legend.is_empty() {
        lines.push(String::new());
        lines.extend(legend);
    }
    lines
}

/// The first column.
fn labels(matrix: &Matrix<'_>) -> Vec<String> {
    let suites = matrix.suites.iter().map(|suite| suite.name.to_owned());
    let head = std::iter::once(String::new());
    head.chain(suites)
        .chain([VERDICT, TIME].map(str::to_owned))
        .collect()
}

/// One subject: the head, a cell each suite, the verdict, the time.
struct Column(Vec<(String, Paint)>);

impl Column {
    fn width(&self) -> usize {
        let lengths = self.0.iter().map(|(text, _)| text.chars().count());
        lengths.max().unwrap_or_default()
    }
}

fn columns(matrix: &Matrix<'_>, heads: Vec<String>) -> Vec<Column> {
    let subjects = matrix.subjects.iter().zip(heads).enumerate();
    subjects
        .map(|(column, (subject, head))| {
            let mut cells: Vec<(String, Paint)> = vec![(head, Style::strong)];
            for suite in &matrix.suites {
                let counts = suite.counts.get(column).copied().unwrap_or_default();
                cells.push(cell(&counts));
            }
            cells.push(verdict(subject.conformance));
            let time = match subject.problem {
                Some(_) => String::new(),
                None => seconds(subject.duration_ms),
            };
            cells.push((time, Style::quiet));
            Column(cells)
        })
        .collect()
}

/// How many passed, and with a sign each how many came out in another way.
fn cell(counts: &Counts) -> (String, Paint) {
    let there = by_kind(counts).into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = there
        .map(|(count, kind)| match kind {
            OutcomeKind::Passed => count.to_string(),
            _ => format!("{}{count}", sign(kind)),
        })
        .collect();
    let paint = super::tally::gravest(counts).map_or(Style::quiet as Paint, paint);
    (parts.join(" "), paint)
}

fn verdict(conformance: Conformance) -> (String, Paint) {
    let (text, paint): (_, Paint) = match conformance {
        Conformance::Conforms => ("conforms", Style::good),
        Conformance::DoesNotConform => ("fails", Style::bad),
        Conformance::Inconclusive => ("unclear", Style::doubtful),
        Conformance::NothingJudged => ("nothing ran", Style::doubtful),
        Conformance::NotJudged => ("not judged", Style::bad),
    };
    (text.to_owned(), paint)
}

fn width(labels: &[String]) -> usize {
    let lengths = labels.iter().map(|label| label.chars().count());
    lengths.max().unwrap_or_default()
}

fn taken(columns: &[Column]) -> usize {
    let widths = columns.iter().map(|column| column.width() + GAP.len());
    widths.sum()
}

/// The columns in parts that fit; one column stays whole whatever its width.
fn parts(columns: &[Column], room: usize) -> Vec<&[Column]> {
    let mut parts = Vec::new();
    let mut rest = columns;
    while !rest.is_empty() {
        let fitting = (1..=rest.len()).take_while(|count| {
            *count == 1 || rest.get(..*count).is_some_and(|part| taken(part) <= room)
        });
        let count = fitting.last().unwrap_or(1);
        let (part, behind) = rest.split_at(count);
        parts.push(part);
        rest = behind;
    }
    parts
}

fn block(labels: &[String], columns: &[Column], style: &Style) -> Vec<String> {
    let first = width(labels);
    let rows = labels.iter().enumerate();
    rows.map(|(row, label)| {
        let mut line = format!("{label:<first$}");
        let mut blanks = 0;
        for column in columns {
            let Some((text, paint)) = column.0.get(row) else {
                continue;
            };
            line.push_str(&" ".repeat(blanks));
            line.push_str(GAP);
            line.push_str(&paint(style, text));
            blanks = column.width() - text.chars().count();
        }
        line.trim_end().to_owned()
    })
    .collect()
}

/// What the signs mean that came up.
fn legend(report: &Report, width: usize) -> Vec<String> {
    let there = |kind: OutcomeKind| {
        let mut subjects = report.subjects.iter();
        subjects.any(|subject| subject.cases.iter().any(|case| case.outcome == kind))
    };
    let mut lines: Vec<String> = Vec::new();
    for (_, kind) in by_kind(&Counts::default()) {
        if kind == OutcomeKind::Passed || !there(kind) {
            continue;
        }
        let part = format!("{} {}", sign(kind), kind.words());
        match lines.last_mut() {
            Some(line) if line.chars().count() + GAP.len() + part.chars().count() <= width => {
                line.push_str(GAP);
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::report::{record::SubjectRecord, sample};

    #[test]
    fn subjects_stand_side_by_side() {
        let lines = side_by_side(&sample::report(), &Style::plain());
        assert_eq!(
            lines.join("\n"),
            "         memory    etcd:3.4.23  tcp://127.0.0.1:1
crud     2         1 +1
paging   2         1 ✗1
watch    1         ✗1
stress   1         ?1
lease    1         !1
fault    –1        ~1
verdict  conforms  fails        not judged
time     39.9 s    39.9 s

✗ failed  – not supported  ~ known failure  + unexpected pass  ? inconclusive
! broken"
        );
    }

    fn many(count: usize, name: &str) -> Report {
        let sound = sample::report().subjects.remove(0);
        let named = |number| SubjectRecord {
            name: format!("{name}-{number}"),
            ..sound.clone()
        };
        sample::report_of((0..count).map(named).collect())
    }

    #[rstest]
    #[case(2, 80)]
    #[case(3, 80)]
    #[case(9, 80)]
    #[case(30, 80)]
    #[case(3, 40)]
    fn no_row_is_wider_than_the_terminal(#[case] subjects: usize, #[case] columns: usize) {
        let long = "etcd:3.5.16,members=3,tls=mutual";
        let report = many(subjects, long);
        let lines = side_by_side(&report, &Style::plain().columns(columns));
        for line in &lines {
            assert!(
                line.chars().count() <= columns || line.contains(long),
                "{line}"
            );
        }
        let verdicts: usize = lines
            .iter()
            .map(|line| line.matches("conforms").count())
            .sum();
        assert_eq!(verdicts, subjects, "{lines:#?}");
        let names: usize = lines.iter().map(|line| line.matches(long).count()).sum();
        assert_eq!(names, subjects, "each name is told once");
    }

    #[test]
    fn names_that_fit_head_their_columns() {
        let lines = side_by_side(&many(3, "etcd:3.5"), &Style::plain());
        assert_eq!(lines[0], "         etcd:3.5-0  etcd:3.5-1  etcd:3.5-2");
    }
}
