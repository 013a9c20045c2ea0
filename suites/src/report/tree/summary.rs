use crate::{
    harness::{Counts, Exit},
    report::{
        Ended,
        style::{Style, wrapped},
    },
};

/// Why cases are not supported, each reason with its count, in the order they came up.
#[derive(Debug, Default)]
pub(super) struct Reasons(Vec<(String, usize)>);

impl Reasons {
    pub(super) fn add(&mut self, reason: &str) {
        match self.0.iter_mut().find(|(known, _)| known == reason) {
            Some((_, count)) => *count += 1,
            None => self.0.push((reason.to_owned(), 1)),
        }
    }
}

/// How many passed, and how many came out in any other way.
pub(super) fn tally(counts: &Counts, style: &Style) -> String {
    let mut parts = Vec::new();
    for (count, name, paint) in table(counts) {
        if count > 0 || name == "passed" {
            parts.push(paint(style, &format!("{count} {name}")));
        }
    }
    parts.join(", ")
}

type Paint = fn(&Style, &str) -> String;

fn table(counts: &Counts) -> [(usize, &'static str, Paint); 7] {
    let passed: Paint = if counts.passed > 0 {
        Style::good
    } else {
        Style::quiet
    };
    [
        (counts.passed, "passed", passed),
        (counts.failed, "failed", Style::bad),
        (counts.not_supported, "not supported", Style::quiet),
        (counts.known_failure, "known failure", Style::doubtful),
        (counts.unexpected_pass, "unexpected pass", Style::bad),
        (counts.inconclusive, "inconclusive", Style::doubtful),
        (counts.broken, "broken", Style::bad),
    ]
}

/// The end of a run: the counts, the verdict, and what was not supported and why.
pub(super) fn lines(ended: &Ended, unsupported: &Reasons, style: &Style) -> Vec<String> {
    let counts = &ended.counts;
    let mut parts = Vec::new();
    for (count, name, paint) in table(counts) {
        if count > 0 {
            parts.push(paint(style, &format!("{count} {name}")));
        } else if matches!(name, "passed" | "failed") {
            parts.push(format!("{count} {name}"));
        }
    }
    let mut lines = vec![format!(
        "{}: {} · {:.1} s",
        verdict(counts, style),
        parts.join(", "),
        ended.took.as_secs_f64()
    )];
    if !unsupported.0.is_empty() {
        lines.push("not supported:".to_owned());
    }
    for (reason, count) in &unsupported.0 {
        let mut head = format!("{count:>4}  ");
        for line in wrapped(reason, style.width() - 6) {
            lines.push(format!("{head}{line}"));
            head = " ".repeat(6);
        }
    }
    lines
}

fn verdict(counts: &Counts, style: &Style) -> String {
    match Exit::of(counts) {
        Exit::Conforms => style.good("conforms"),
        Exit::Failed => style.bad("does not conform"),
        Exit::Inconclusive => style.doubtful("inconclusive"),
        Exit::NothingSelected => style.doubtful("nothing was judged"),
        _ => style.bad("could not be judged"),
    }
}
