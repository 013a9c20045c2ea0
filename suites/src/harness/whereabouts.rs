use std::{
    io,
    path::{Path, PathBuf},
};

/// What a failure says of its history: the file, or why there is none.
pub fn whereabouts(folder: &Path, kept: io::Result<PathBuf>) -> String {
    match kept {
        Ok(path) => path.display().to_string(),
        Err(error) => format!("not kept in {}: {error}", folder.display()),
    }
}
