//! The file of known failures: what may stand in it, and what is said of what may not.

use std::{collections::BTreeSet, fmt};

use serde::Deserialize;
use toml::{Spanned, Value, value::Datetime};

use super::KnownFailure;
use crate::{cases, nearest::nearest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    failure: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    since: Option<Spanned<Value>>,
}

/// What is wrong with one place of the file, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    file: String,
    line: usize,
    problem: String,
}

impl fmt::Display for BadEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.problem)
    }
}

/// The entries in the order of the file, or everything that is wrong with them.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<KnownFailure>, Vec<BadEntry>> {
    let mut reading = Reading {
        file,
        text,
        known: Known::new(),
        found: Vec::new(),
        bad: Vec::new(),
    };
    match toml::from_str::<File>(text) {
        Ok(file) => file
            .failure
            .into_iter()
            .for_each(|entry| reading.take(entry)),
        Err(error) => {
            let begin = error.span().map_or(0, |span| span.start);
            let message = error.message().replace('\n', "; ");
            reading.complain(
                begin,
                format!(
                    "{message}. A known failure is written as [[failure]] with the lines case = \"…\", reason = \"…\" and \
                     since = \"YYYY-MM-DD\"."
                ),
            );
        }
    }
    if reading.bad.is_empty() {
        Ok(reading.found.into_iter().map(|(_, found)| found).collect())
    } else {
        Err(reading.bad)
    }
}

struct Reading<'a> {
    file: &'a str,
    text: &'a str,
    known: Known,
    /// What was taken, with where it stands.
    found: Vec<(usize, KnownFailure)>,
    bad: Vec<BadEntry>,
}

impl Reading<'_> {
    fn take(&mut self, entry: Spanned<Entry>) {
        let begin = entry.span().start;
        let Entry {
            case,
            reason,
            since,
        } = entry.into_inner();
        let case = self.case(begin, case);
        let reason = self.reason(begin, reason);
        let since = self.since(begin, since);
        if let (Some((at, case)), Some(reason), Some(since)) = (case, reason, since) {
            let failure = KnownFailure {
                case,
                reason,
                since,
            };
            self.found.push((at, failure));
        }
    }

    /// The case with where it is named.
    fn case(&mut self, begin: usize, case: Option<Spanned<String>>) -> Option<(usize, String)> {
        let Some(case) = case else {
            self.complain(
                begin,
                "No case is named. Add case = \"…\" with an id that `storeproof list` prints.",
            );
            return None;
        };
        let (begin, case) = (case.span().start, case.into_inner());
        if !self.known.has(&case) {
            let problem = match self.known.nearest(&case) {
                Some(near) => format!("There is no case {case:?}. Did you mean {near:?}?"),
                None => format!("There is no case {case:?}. `storeproof list` prints all of them."),
            };
            self.complain(begin, problem);
            return None;
        }
        let twice = self.found.iter().find(|(_, other)| {
            let of = |row: &str, case: &str| row.split_once('/').is_some_and(|(id, _)| id == case);
            other.case == case || of(&other.case, &case) || of(&case, &other.case)
        });
        if let Some((at, other)) = twice {
            let (line, other) = (line_of(self.text, *at), other.case.clone());
            self.complain(
                begin,
                format!("{case:?} is listed twice: {other:?} in line {line} covers it or is part of it. Keep one of them."),
            );
            return None;
        }
        Some((begin, case))
    }

    fn reason(&mut self, begin: usize, reason: Option<Spanned<String>>) -> Option<String> {
        let begin = reason.as_ref().map_or(begin, |reason| reason.span().start);
        let reason = reason.map(Spanned::into_inner).unwrap_or_default();
        if reason.trim().is_empty() {
            self.complain(
                begin,
                "No reason is given. Add reason = \"…\": what the store does instead, and why that is accepted for now.",
            );
            return None;
        }
        Some(reason)
    }

    fn since(&mut self, begin: usize, since: Option<Spanned<Value>>) -> Option<String> {
        let Some(since) = since else {
            self.complain(
                begin,
                "No day is given. Add since = \"YYYY-MM-DD\": when the failure became known.",
            );
            return None;
        };
        let begin = since.span().start;
        let text = match since.into_inner() {
            Value::String(text) => text,
            Value::Datetime(moment) => moment.to_string(),
            other => other.type_str().to_owned(),
        };
        if !is_day(&text) {
            self.complain(
                begin,
                format!("{text:?} is no day. Write since = \"YYYY-MM-DD\": when the failure became known."),
            );
            return None;
        }
        Some(text)
    }

    fn complain(&mut self, at: usize, problem: impl Into<String>) {
        self.bad.push(BadEntry {
            file: self.file.to_owned(),
            line: line_of(self.text, at),
            problem: problem.into(),
        });
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

fn is_day(text: &str) -> bool {
    text.parse::<Datetime>()
        .is_ok_and(|found| found.date.is_some() && found.time.is_none() && found.offset.is_none())
}

/// The ids that may be listed: of items, and of whole cases.
struct Known(BTreeSet<String>);

impl Known {
    fn new() -> Self {
        Self(
            cases::items()
                .flat_map(|item| [item.id(), item.case.id()])
                .collect(),
        )
    }

    fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    fn nearest(&self, id: &str) -> Option<String> {
        nearest(id, self.0.iter().cloned()).into_iter().next()
    }
}

#[cfg(test)]
#[path = "known_failures_tests.rs"]
mod tests;
