use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::Seed;
use crate::judge::{
    Moment, answered, asked,
    watch::{WatchHistory, told, wished},
};

/// The form of the file.
const VERSION: u32 = 1;

/// The first line: what the history is of.
#[derive(Serialize)]
struct Header<'a> {
    version: u32,
    case: &'a str,
    seed: Seed,
    operations: usize,
    watches: usize,
}

/// All other lines: what happened, in the order in which it did.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Operation {
        call: u64,
        end: Option<u64>,
        client: u32,
        request: String,
        answer: String,
    },
    Watch {
        opened: u64,
        watch: usize,
        wish: String,
        resumes: Option<usize>,
        due: Option<u64>,
        ending: String,
    },
    Delivery {
        moment: u64,
        watch: usize,
        delivery: usize,
        told: String,
    },
}

/// Keeps what was done and what watches told of it as lines of JSON, in place of an older history of the same case.
///
/// # Errors
///
/// The folder cannot be written.
pub fn keep_watches(
    history: &WatchHistory,
    folder: &Path,
    case: &str,
    seed: Seed,
) -> io::Result<PathBuf> {
    let mut text = serde_json::to_string(&Header {
        version: VERSION,
        case,
        seed,
        operations: history.operations.operations().len(),
        watches: history.watches.len(),
    })?;
    for (_, line) in lines(history) {
        let line = serde_json::to_string(&line)?;
        let _ = write!(text, "\n{line}");
    }
    text.push('\n');
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.watches.jsonl", case.replace("::", ".")));
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}

fn lines(history: &WatchHistory) -> Vec<(Moment, Line)> {
    let operations = history.operations.operations().iter().map(|operation| {
        let line = Line::Operation {
            call: operation.call.0,
            end: operation.end.map(|end| end.0),
            client: operation.client.0,
            request: asked(&operation.request),
            answer: answered(&operation.answer),
        };
        (operation.call, line)
    });
    let watches = history.watches.iter().enumerate();
    let openings = watches.clone().map(|(watch, watched)| {
        let line = Line::Watch {
            opened: watched.opened.0,
            watch,
            wish: wished(watched),
            resumes: watched.resumes,
            due: watched.due.map(|due| due.get()),
            ending: format!("{:?}", watched.ending).to_lowercase(),
        };
        (watched.opened, line)
    });
    let deliveries = watches.flat_map(|(watch, watched)| {
        let deliveries = watched.deliveries.iter().enumerate();
        deliveries.map(move |(delivery, found)| {
            let line = Line::Delivery {
                moment: found.moment.0,
                watch,
                delivery,
                told: told(&found.told),
            };
            (found.moment, line)
        })
    });
    let mut lines: Vec<(Moment, Line)> = operations.chain(openings).chain(deliveries).collect();
    lines.sort_by_key(|(moment, _)| *moment);
    lines
}
