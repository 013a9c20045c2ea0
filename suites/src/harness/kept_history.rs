use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::Seed;
use crate::judge::{History, Operation, answered, asked};

/// The form of the file.
const VERSION: u32 = 1;

/// The first line: what the history is of.
#[derive(Serialize)]
struct Header<'a> {
    version: u32,
    case: &'a str,
    seed: Seed,
    operations: usize,
}

/// A line an operation, in the order in which they were asked.
#[derive(Serialize)]
struct Line {
    client: u32,
    call: u64,
    end: Option<u64>,
    request: String,
    answer: String,
}

impl From<&Operation> for Line {
    fn from(operation: &Operation) -> Self {
        Self {
            client: operation.client.0,
            call: operation.call.0,
            end: operation.end.map(|end| end.0),
            request: asked(&operation.request),
            answer: answered(&operation.answer),
        }
    }
}

/// Keeps a whole history as lines of JSON, in place of an older one of the same case.
///
/// # Errors
///
/// The folder cannot be written.
pub fn keep(history: &History, folder: &Path, case: &str, seed: Seed) -> io::Result<PathBuf> {
    let operations = history.operations();
    let mut text = serde_json::to_string(&Header {
        version: VERSION,
        case,
        seed,
        operations: operations.len(),
    })?;
    for operation in operations {
        let line = serde_json::to_string(&Line::from(operation))?;
        let _ = write!(text, "\n{line}");
    }
    text.push('\n');
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.history.jsonl", case.replace("::", ".")));
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}
