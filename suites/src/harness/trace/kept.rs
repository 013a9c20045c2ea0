use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{Entry, Recorded};
use crate::{
    harness::{Failure, Seed},
    report::timeline::{Phrase, Told},
};

/// The form of the file.
const VERSION: u32 = 1;

/// The first line: what the history is of.
#[derive(Serialize)]
struct Header<'a> {
    version: u32,
    case: &'a str,
    seed: Seed,
    expected: &'a str,
    observed: &'a str,
    /// How many lines follow.
    entries: usize,
    /// How many entries are not among them, between the first thousand and the rest.
    left_out: usize,
}

/// A line an entry, in the order in which they were observed. Watches count from 1, as in the timeline.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'a> {
    Operation {
        /// The case's own is 1.
        store: usize,
        request: String,
        answer: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        wrote: Option<u64>,
    },
    Watch {
        store: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        watch: Option<usize>,
        key: &'a str,
        recursive: bool,
        from: &'a str,
        state: bool,
        selection: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        refused: Option<&'a str>,
    },
    Change {
        watch: usize,
        event: &'a str,
        object: &'a str,
        revision: Option<u64>,
    },
    Bookmark {
        watch: usize,
        revision: u64,
        initial_events_end: bool,
    },
    Error {
        watch: usize,
        message: &'a str,
    },
    End {
        watch: usize,
    },
    Silence {
        watch: usize,
        milliseconds: u64,
    },
    Stopped {
        watch: usize,
    },
    Wrong {
        #[serde(skip_serializing_if = "Option::is_none")]
        watch: Option<usize>,
        expected: String,
    },
}

impl<'a> From<&'a Entry> for Line<'a> {
    fn from(entry: &'a Entry) -> Self {
        match entry {
            Entry::Asked { store, asked } => Self::Operation {
                store: store + 1,
                request: asked.request.to_string(),
                answer: &asked.answer,
                wrote: asked.wrote.as_ref().map(|wrote| wrote.version.get()),
            },
            Entry::Opened {
                store,
                watch,
                opened,
            } => Self::Watch {
                store: store + 1,
                watch: watch.map(|watch| watch + 1),
                key: &opened.key,
                recursive: opened.recursive,
                from: &opened.from,
                state: opened.state,
                selection: &opened.selection,
                refused: opened.refused.as_deref(),
            },
            Entry::Told { watch, told } => line_of(watch + 1, told),
            Entry::Stopped { watch } => Self::Stopped { watch: watch + 1 },
            Entry::Wrong(wrong) => Self::Wrong {
                watch: wrong.culprit.watch().map(|watch| watch + 1),
                expected: Phrase::from(&wrong.wanted).to_string(),
            },
        }
    }
}

fn line_of(watch: usize, told: &Told) -> Line<'_> {
    match told {
        Told::Change {
            kind,
            object,
            revision,
        } => Line::Change {
            watch,
            event: kind,
            object,
            revision: revision.map(|revision| revision.get()),
        },
        Told::Bookmark {
            revision,
            ends_state,
        } => Line::Bookmark {
            watch,
            revision: revision.get(),
            initial_events_end: *ends_state,
        },
        Told::Error(message) => Line::Error { watch, message },
        Told::End { .. } => Line::End { watch },
        Told::Silence(time) => Line::Silence {
            watch,
            milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        },
    }
}

/// Keeps everything that was noted of a case that failed as lines of JSON, in place of an older file of the same case.
///
/// # Errors
///
/// The folder cannot be written.
pub fn keep_trace(
    recorded: &Recorded,
    folder: &Path,
    case: &str,
    seed: Seed,
    failure: &Failure,
) -> io::Result<PathBuf> {
    let mut text = serde_json::to_string(&Header {
        version: VERSION,
        case,
        seed,
        expected: &failure.expected,
        observed: &failure.observed,
        entries: recorded.entries().count(),
        left_out: recorded.left_out(),
    })?;
    for entry in recorded.entries() {
        let line = serde_json::to_string(&Line::from(entry))?;
        let _ = write!(text, "\n{line}");
    }
    text.push('\n');
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.jsonl", file_name(case)));
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}

/// The id as the name of a file. Where more was replaced than the colons, a number keeps rows apart.
fn file_name(case: &str) -> String {
    let dotted = case.replace("::", ".");
    let kept = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => character,
        _ => '-',
    };
    let mut name: String = dotted.chars().map(kept).take(120).collect();
    if name != dotted {
        let _ = write!(name, "-{:08x}", Seed(0).of(case).0 >> 32);
    }
    name
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("watch::start::begins", "watch.start.begins")]
    #[case("watch::start::begins/a row", "watch.start.begins-a-row-35759c90")]
    fn an_id_becomes_the_name_of_a_file(#[case] id: &str, #[case] name: &str) {
        assert_eq!(file_name(id), name);
    }

    #[test]
    fn rows_of_other_signs_are_files_of_their_own() {
        assert_ne!(file_name("a/ü"), file_name("a/ö"));
    }
}
