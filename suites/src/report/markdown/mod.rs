//! A run as a comment on a pull request: the verdict, a table, and the failures folded up.

mod escape;

use self::escape::{block, html_code, words as text};
pub(super) use self::escape::{code, html_code as cell_code, words};
use super::{
    HTML, REPORT,
    brief::brief,
    matrix::Matrix,
    next::steps,
    record::{CaseRecord, Conformance, OutcomeKind, Report, SubjectRecord, VerdictLine},
    replay, shortened,
    tally::{by_kind, sign},
    words::{grounds, headline, identity, verb},
};
use crate::harness::{Counts, Seed};

/// GitHub takes 65,536 characters a comment. The rest is left for whoever puts it into something larger.
const LIMIT: usize = 60_000;
/// So much of what was expected and of what was observed is shown.
const BRIEF: usize = 600;
/// So many of the last operations, or lines of a timeline, are shown.
const LINES: usize = 60;
/// So many reasons why something is not supported, or known failures, are named.
const NAMED: usize = 20;
/// A name in the head of a table, or a text of a line, gets no longer.
const NAME: usize = 60;
const TEXT: usize = 600;

/// The whole comment.
pub(super) fn render(report: &Report) -> String {
    render_within(report, LIMIT)
}

/// At most `limit` bytes, as long as what comes before the failures fits.
fn render_within(report: &Report, limit: usize) -> String {
    let mut out = String::new();
    verdicts(&mut out, report);
    table(&mut out, report);
    let mut tail = String::new();
    unsupported(&mut tail, report);
    next(&mut tail, report);
    failures(&mut out, report, limit.saturating_sub(tail.len()));
    out.push_str(&tail);
    out
}

fn verdicts(out: &mut String, report: &Report) {
    let alone = report.subjects.len() == 1;
    for subject in &report.subjects {
        for line in &subject.verdicts {
            let of = if alone {
                String::new()
            } else {
                format!("{} ", code(&shortened(&subject.name, NAME)))
            };
            out.push_str(&format!("- {} {of}{}\n", mark(line), text(&line.text)));
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let sound = |subject: &SubjectRecord| subject.conformance == Conformance::Conforms;
    let good = !report.subjects.is_empty() && report.subjects.iter().all(sound);
    let sign = if good { '✓' } else { '✗' };
    out.push_str(&format!("{sign} **{}**", text(&headline(report))));
    if let [only] = &*report.subjects {
        out.push_str(&format!(" {}\n", text(&shortened(&grounds(only), TEXT))));
        let identity = identity(only);
        if !identity.is_empty() {
            out.push_str(&format!("\n{}\n", text(&shortened(&identity, TEXT))));
        }
    } else {
        out.push_str("\n\n");
        for subject in &report.subjects {
            out.push_str(&format!(
                "- {} {}: {}\n",
                code(&shortened(&subject.name, NAME)),
                subject.conformance.words(),
                text(&shortened(&grounds(subject), TEXT))
            ));
        }
    }
    out.push('\n');
}

fn mark(line: &VerdictLine) -> char {
    match line.holds {
        Some(true) => '✓',
        Some(false) => '✗',
        None => '?',
    }
}

/// Suites and subjects.
fn table(out: &mut String, report: &Report) {
    let matrix = Matrix::of(report);
    if matrix.suites.is_empty() {
        return;
    }
    out.push_str("| suite |");
    for subject in &report.subjects {
        out.push_str(&format!(
            " {} |",
            html_code(&shortened(&subject.name, NAME))
        ));
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(report.subjects.len()));
    out.push('\n');
    for suite in &matrix.suites {
        out.push_str(&format!("| {} |", html_code(suite.name)));
        for counts in &suite.counts {
            out.push_str(&format!(" {} |", cell(counts)));
        }
        out.push('\n');
    }
    out.push('\n');
}

fn cell(counts: &Counts) -> String {
    let parts = by_kind(counts).into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, kind)| {
            let text = format!("{} {count} {}", sign(kind), kind.words());
            if kind.is_wrong() {
                format!("**{text}**")
            } else {
                text
            }
        })
        .collect();
    parts.join(", ")
}

/// Each failure folded up, as many as fit.
fn failures(out: &mut String, report: &Report, limit: usize) {
    let wrong = || {
        let subjects = report.subjects.iter();
        subjects.flat_map(|subject| subject.wrong().map(move |case| (subject, case)))
    };
    let all = wrong().count();
    if all == 0 {
        return;
    }
    out.push_str("### What did not pass\n\n");
    let several = report.subjects.len() > 1;
    for (shown, (subject, case)) in wrong().enumerate() {
        let folded = folded(subject, case, report.seed, several);
        let rest = left_out(all - shown);
        if out.len() + folded.len() + rest.len() > limit {
            out.push_str(&rest);
            return;
        }
        out.push_str(&folded);
    }
}

fn left_out(count: usize) -> String {
    format!(
        "{count} more {} left out here, where there is no room for {}: {} in `{HTML}` and `{REPORT}` of this run.\n\n",
        verb(count, "is", "are"),
        verb(count, "it", "them"),
        verb(count, "it is", "they are"),
    )
}

fn folded(subject: &SubjectRecord, case: &CaseRecord, seed: Seed, several: bool) -> String {
    let of = if several {
        format!(" · {}", html_code(&shortened(&subject.name, NAME)))
    } else {
        String::new()
    };
    let mut out = format!(
        "<details><summary>{} {} · {}{of}</summary>\n\n",
        sign(case.outcome),
        html_code(&case.id),
        case.outcome.words()
    );
    let ids: Vec<String> = case.requirement_ids.iter().map(|id| code(id)).collect();
    out.push_str(&format!(
        "{} {}\n\n",
        text(&case.requirement),
        ids.join(" ")
    ));
    if let Some(reason) = &case.reason {
        out.push_str(&block("text", &shortened(reason, BRIEF)));
    }
    if let Some(failure) = &case.failure {
        let (expected, observed) = brief(&failure.expected, &failure.observed, BRIEF);
        let mut lines: Vec<String> = Vec::new();
        if failure.timeline.is_empty() {
            let left_out = failure.operations.len().saturating_sub(LINES);
            if left_out > 0 {
                lines.push(format!("… {left_out} operations before"));
            }
            let last = failure.operations.iter().skip(left_out);
            lines.extend(last.map(|line| shortened(line, BRIEF)));
        } else {
            let timeline = failure.timeline.iter();
            lines.extend(timeline.take(LINES).map(|line| shortened(line, BRIEF)));
            let left_out = failure.timeline.len().saturating_sub(LINES);
            if left_out > 0 {
                lines.push(format!("… {left_out} lines below"));
            }
        }
        lines.push(String::new());
        lines.push(format!("expected  {expected}"));
        lines.push(format!("observed  {observed}"));
        if let Some(sequence) = &failure.replay {
            lines.push(format!("sequence  {sequence}"));
        }
        if let Some(history) = &failure.history {
            lines.push(format!("history   {history}"));
        }
        out.push_str(&block("text", lines.join("\n").trim_start_matches('\n')));
    }
    out.push('\n');
    out.push_str(&block("sh", &replay(&subject.name, &case.id, seed)));
    out.push_str("\n</details>\n\n");
    out
}

/// Why something did not run, and what is known to fail.
fn unsupported(out: &mut String, report: &Report) {
    let mut reasons: Vec<(&str, OutcomeKind, usize)> = Vec::new();
    for case in report.subjects.iter().flat_map(|subject| &subject.cases) {
        let kind = case.outcome;
        let reason = case.reason.as_deref();
        let told = matches!(kind, OutcomeKind::NotSupported | OutcomeKind::KnownFailure);
        let Some(reason) = reason.filter(|_| told) else {
            continue;
        };
        match reasons
            .iter_mut()
            .find(|(known, of, _)| *known == reason && *of == kind)
        {
            Some((_, _, count)) => *count += 1,
            None => reasons.push((reason, kind, 1)),
        }
    }
    if reasons.is_empty() {
        return;
    }
    let count: usize = reasons.iter().map(|(_, _, count)| count).sum();
    out.push_str(&format!(
        "<details><summary>{count} not supported or known to fail</summary>\n\n"
    ));
    for (reason, kind, count) in reasons.iter().take(NAMED) {
        let reason = text(&shortened(reason, TEXT));
        out.push_str(&format!("- {count} {}: {reason}\n", kind.words()));
    }
    if reasons.len() > NAMED {
        let more = reasons.len() - NAMED;
        out.push_str(&format!("- {more} more reasons in `{REPORT}`\n"));
    }
    out.push_str("\n</details>\n\n");
}

fn next(out: &mut String, report: &Report) {
    out.push_str("### What to do next\n\n");
    for step in steps(report) {
        out.push_str(&format!("- {}\n", text(&step.text)));
        if let Some(command) = step.command {
            out.push_str(&format!("  {}\n", code(&command)));
        }
    }
    out.push_str(&format!(
        "\nstoreproof {} · seed {}\n",
        text(&report.suite_version),
        report.seed
    ));
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
