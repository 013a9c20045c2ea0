use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Seed;

/// The form of the file. A file of another version is left alone.
const VERSION: u32 = 1;

/// A minimal sequence that a store failed on, kept in a file and tried first the next time.
#[derive(Debug, Serialize, Deserialize)]
pub struct Counterexample<O> {
    version: u32,
    /// The property suite it fails.
    pub case: String,
    /// The run it was found in.
    pub seed: Seed,
    /// The operations in order.
    pub operations: Vec<O>,
}

impl<O: Serialize + DeserializeOwned> Counterexample<O> {
    /// A counterexample that was just found.
    pub fn new(case: &str, seed: Seed, operations: Vec<O>) -> Self {
        Self {
            version: VERSION,
            case: case.to_owned(),
            seed,
            operations,
        }
    }

    /// The one kept for a case, if there is one that can be read.
    pub fn load(folder: &Path, case: &str) -> Option<(Self, PathBuf)> {
        let path = path_of(folder, case);
        let text = fs::read(&path).ok()?;
        let read: Self = serde_json::from_slice(&text).ok()?;
        (read.version == VERSION).then_some((read, path))
    }

    /// Keeps it, in place of an older one.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub fn save(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let path = path_of(folder, &self.case);
        let unfinished = path.with_extension(format!("{}.part", std::process::id()));
        fs::write(&unfinished, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&unfinished, &path)?;
        Ok(path)
    }
}

fn path_of(folder: &Path, case: &str) -> PathBuf {
    folder.join(format!("{}.json", case.replace("::", ".")))
}
