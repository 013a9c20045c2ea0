use crate::report::{
    Ended,
    record::{Conformance, OutcomeKind, VerdictLine},
    style::{Style, wrapped},
    tally::{Paint, by_kind, paint},
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

/// What the wire contract says, each line with a sign before it.
pub(super) fn verdicts(lines: &[VerdictLine], style: &Style) -> Vec<String> {
    let shown = lines.iter().flat_map(|line| {
        let (sign, paint): (_, Paint) = match line.holds {
            Some(true) => ("✓", Style::good),
            Some(false) => ("✗", Style::bad),
            None => ("?", Style::doubtful),
        };
        let text = wrapped(&line.text, style.width() - 2);
        let signs = std::iter::once(sign).chain(std::iter::repeat(" "));
        text.into_iter()
            .zip(signs)
            .map(move |(text, sign)| format!("{} {text}", paint(style, sign)))
    });
    shown.collect()
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
    let always = [OutcomeKind::Passed, OutcomeKind::Failed];
    let mut parts: Vec<(String, Paint)> = by_kind(&ended.counts)
        .into_iter()
        .filter(|(count, kind)| *count > 0 || always.contains(kind))
        .map(|(count, kind)| {
            let paint = if count > 0 { paint(kind) } else { Style::quiet };
            (format!("{count} {},", kind.words()), paint)
        })
        .collect();
    if let Some((last, _)) = parts.last_mut() {
        last.pop();
    }
    let time = format!("· {:.1} s", ended.took.as_secs_f64());
    parts.push((time, |_, text| text.to_owned()));
    let conformance = Conformance::of(&ended.counts);
    let verdict = conformance.words();
    let mut lines = Vec::new();
    let mut length = verdict.chars().count() + 1;
    let mut line = format!("{}:", verdict_paint(conformance)(style, verdict));
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

fn verdict_paint(conformance: Conformance) -> Paint {
    match conformance {
        Conformance::Conforms => Style::good,
        Conformance::Inconclusive | Conformance::NothingJudged => Style::doubtful,
        Conformance::DoesNotConform | Conformance::NotJudged => Style::bad,
    }
}
