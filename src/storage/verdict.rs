use std::{error::Error as StdError, fmt, sync::Arc};

use super::{CorruptObject, Error};

/// The numbered verdicts about a key (store §2.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Code {
    /// There is no object at the key.
    KeyNotFound = 1,
    /// There is an object at the key.
    KeyExists = 2,
    /// The object changed. Stores over etcd retry instead.
    ResourceVersionConflicts = 3,
    /// The object is not the one that was meant.
    InvalidObject = 4,
    /// The backend cannot be reached.
    Unreachable = 5,
    /// The request ran out of time inside the store.
    Timeout = 6,
    /// The bytes at the key cannot be read.
    CorruptObject = 7,
}

impl Code {
    fn message(self) -> &'static str {
        match self {
            Self::KeyNotFound => "key not found",
            Self::KeyExists => "key exists",
            Self::ResourceVersionConflicts => "resource version conflicts",
            Self::InvalidObject => "invalid object",
            Self::Unreachable => "server unreachable",
            Self::Timeout => "request timeout",
            Self::CorruptObject => "corrupt object",
        }
    }
}

/// The store's verdict about a key (store §2.4.1). The key is the full one, path prefix included; only a get that finds a
/// corrupt object names the key that it was given.
#[derive(Clone, Debug)]
pub struct StorageError {
    /// The verdict.
    pub code: Code,
    /// The full key.
    pub key: String,
    /// Always zero from a store over etcd.
    pub resource_version: i64,
    /// What lies behind it.
    pub source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl StorageError {
    /// A verdict with nothing behind it.
    pub fn new(code: Code, key: impl Into<String>) -> Self {
        Self {
            code,
            key: key.into(),
            resource_version: 0,
            source: None,
        }
    }

    /// There is no object at the key.
    pub fn not_found(key: impl Into<String>) -> Self {
        Self::new(Code::KeyNotFound, key)
    }

    /// There is an object at the key.
    pub fn exists(key: impl Into<String>) -> Self {
        Self::new(Code::KeyExists, key)
    }

    /// The object is not the one that was meant, and why.
    pub fn invalid_object(key: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(Code::InvalidObject, key).because(Error::Plain(why.into()))
    }

    /// The bytes at the key cannot be read.
    pub fn corrupt(key: impl Into<String>, mark: CorruptObject) -> Self {
        Self::new(Code::CorruptObject, key).because(mark)
    }

    /// The same verdict with its reason.
    #[must_use]
    pub fn because(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "StorageError: {}, Code: {}, Key: {}, ResourceVersion: {}, AdditionalErrorMsg: ",
            self.code.message(),
            self.code as i32,
            self.key,
            self.resource_version
        )?;
        match &self.source {
            Some(source) => source.fmt(formatter),
            None => formatter.write_str("<nil>"),
        }
    }
}

impl StdError for StorageError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
