use std::{
    fs,
    path::{Path, PathBuf},
};

use storeproof_fixtures::tls::Certificate;
use tempfile::TempDir;

/// Files of the test, and the way to them.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn text(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("it is written");
        path
    }

    pub(crate) fn pair(&self, name: &str, certificate: &Certificate) -> (PathBuf, PathBuf) {
        let (cert, key) = (
            self.path(&format!("{name}.pem")),
            self.path(&format!("{name}-key.pem")),
        );
        certificate.write(&cert, &key).expect("they are written");
        (cert, key)
    }
}

pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
