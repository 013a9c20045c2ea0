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
    let shown = |(count, name, _): &(usize, &str, Paint)| *count > 0 || *name == "passed";
    let parts = table(counts).into_iter().filter(shown);
    let painted = parts.map(|(count, name, paint)| paint(style, &format!("{count} {name}")));
    painted.collect::<Vec<_>>().join(", ")
}

type Paint = fn(&Style, &str) -> String;

fn table(counts: &Counts) -> [(usize, &'static str, Paint); 7] {
    let rows: [(usize, &'static str, Paint); 7] = [
        (counts.passed, "passed", Style::good),
        (counts.failed, "failed", Style::bad),
        (counts.not_supported, "not supported", Style::quiet),
        (counts.known_failure, "known failure", Style::doubtful),
        (counts.unexpected_pass, "unexpected pass", Style::bad),
        (counts.inconclusive, "inconclusive", Style::doubtful),
        (counts.broken, "broken", Style::bad),
    ];
    // Nothing is neither good nor bad.
    rows.map(|(count, name, paint)| (count, name, if count > 0 { paint } else { Style::quiet }))
}

/// The end of a run: the verdict, the counts, and what was not supported and why.
pub(super) fn lines(ended: &Ended, unsupported: &Reasons, style: &Style) -> Vec<String> {
    let mut lines = counted(ended, style);
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

/// Verdict, counts and time, in as many lines as they need.
fn counted(ended: &Ended, style: &Style) -> Vec<String> {
    let always = ["passed", "failed"];
    let mut parts: Vec<(String, Paint)> = table(&ended.counts)
        .into_iter()
        .filter(|(count, name, _)| *count > 0 || always.contains(name))
        .map(|(count, name, paint)| (format!("{count} {name},"), paint))
        .collect();
    if let Some((last, _)) = parts.last_mut() {
        last.pop();
    }
    let time = format!("· {:.1} s", ended.took.as_secs_f64());
    parts.push((time, |_, text| text.to_owned()));
    let (verdict, paint) = verdict(&ended.counts);
    let mut lines = Vec::new();
    let mut length = verdict.chars().count() + 1;
    let mut line = format!("{}:", paint(style, verdict));
    for (part, paint) in parts {
        let part_length = part.chars().count();
        if length + 1 + part_length > style.width() {
            lines.push(std::mem::replace(&mut line, "   ".to_owned()));
            length = 3;
        }
        line.push(' ');
        line.push_str(&paint(style, &part));
        length += 1 + part_length;
    }
    lines.push(line);
    lines
}

fn verdict(counts: &Counts) -> (&'static str, Paint) {
    match Exit::of(counts) {
        Exit::Conforms => ("conforms", Style::good),
        Exit::Failed => ("does not conform", Style::bad),
        Exit::Inconclusive => ("inconclusive", Style::doubtful),
        Exit::NothingSelected => ("nothing was judged", Style::doubtful),
        _ => ("could not be judged", Style::bad),
    }
}
