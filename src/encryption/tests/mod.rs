mod build;
mod dynamic;
mod parse;
mod parse_any;
mod reload;
mod rules;
mod services;
mod validate;

use std::{fs, path::PathBuf};

use bytes::Bytes;
use tempfile::TempDir;

use super::{EncryptionConfiguration, FieldErrors};
use crate::value::{Context, Error, Opened, Transformer};

/// The secret of a test's key: thirty-two letters.
pub(super) fn secret(letter: char) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(letter.to_string().repeat(32))
}

/// A configuration of one entry, in YAML: its resources in flow style, and its providers, a line each.
pub(super) fn entry(resources: &str, providers: &[String]) -> String {
    let mut text = format!("- resources: {resources}\n  providers:\n");
    for provider in providers {
        text.push_str(&format!("  - {provider}\n"));
    }
    text
}

/// A file of entries.
pub(super) fn file(entries: &[String]) -> String {
    format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n{}",
        entries.concat()
    )
}

/// A provider of one kind with keys that are named after the letters of their secrets.
pub(super) fn provider(kind: &str, letters: &str) -> String {
    let keys: Vec<_> = letters
        .chars()
        .map(|letter| format!("{{name: {letter}, secret: {}}}", secret(letter)))
        .collect();
    format!("{kind}: {{keys: [{}]}}", keys.join(", "))
}

/// What is wrong with a configuration, each error as it is printed.
pub(super) fn broken(text: &str, reload: bool) -> Vec<String> {
    let configuration = EncryptionConfiguration::parse(text.as_bytes()).expect(text);
    match configuration.validate(reload) {
        Ok(()) => Vec::new(),
        Err(FieldErrors(errors)) => errors.iter().map(ToString::to_string).collect(),
    }
}

/// A configuration file that goes away with the test.
pub(super) struct File {
    _folder: TempDir,
    pub(super) path: PathBuf,
}

impl File {
    pub(super) fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("encryption.yaml");
        let file = Self {
            _folder: folder,
            path,
        };
        file.write(text);
        file
    }

    /// Replaces the file as a whole, so that nobody reads half of it.
    pub(super) fn write(&self, text: &str) {
        let next = self.path.with_extension("next");
        fs::write(&next, text).expect("room for a file");
        fs::rename(&next, &self.path).expect("the same folder");
    }
}

const KEY: &str = "/registry/secrets/ns/name";

pub(super) async fn seal(transformer: &dyn Transformer, plain: &str) -> Bytes {
    let mut stored = Vec::new();
    let sealed = transformer.to_storage(plain.as_bytes(), Context::of_key(KEY), &mut stored);
    sealed.await.expect("a key to write with");
    stored.into()
}

pub(super) async fn open(transformer: &dyn Transformer, stored: &Bytes) -> Result<Opened, Error> {
    let opened = transformer.from_storage(stored.clone().into(), Context::of_key(KEY));
    opened.await
}
