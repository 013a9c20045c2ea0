//! Running the command, and reading what it printed.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// Runs the command in a folder, with a terminal's variables out of the way.
pub(super) fn storeproof_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_storeproof"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .output()
        .expect("the command starts")
}

pub(super) fn storeproof(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    storeproof_in(folder.path(), arguments)
}

pub(super) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(super) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(super) fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}
