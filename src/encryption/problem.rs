use std::{error::Error as StdError, fmt, sync::Arc};

use crate::storage::Quoted;

use super::{DurationError, FieldPath};

/// Why bytes are no configuration. Tells places and names, never what is written there.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Neither JSON nor YAML, or several documents in one file.
    #[error("{0}")]
    Syntax(#[source] Arc<dyn StdError + Send + Sync>),
    /// The document is no object.
    #[error("the document is {0}, not an object")]
    NoObject(&'static str),
    /// The kind is not named.
    #[error("Object 'Kind' is missing")]
    MissingKind,
    /// The version is not named.
    #[error("Object 'apiVersion' is missing")]
    MissingVersion,
    /// A kind that nobody knows.
    #[error(
        "no kind {} is registered for version {}",
        Quoted(kind),
        Quoted(api_version)
    )]
    UnknownKind {
        /// The kind.
        kind: String,
        /// Its version.
        api_version: String,
    },
    /// A configuration of something else.
    #[error("got unexpected config type: {api_version}, Kind={kind}")]
    OtherKind {
        /// The kind.
        kind: String,
        /// Its version.
        api_version: String,
    },
    /// Fields that are unknown, there twice, or of another type: all of them.
    #[error("strict decoding error: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Strict(Vec<Problem>),
}

/// A field that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody would read it.
    Unknown(FieldPath),
    /// Nobody could say which one counts.
    Duplicate(FieldPath),
    /// It is something else than it must be.
    Type {
        /// The field.
        path: FieldPath,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// It is no duration.
    Duration(FieldPath, DurationError),
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |path: &FieldPath| Quoted(&path.to_string()).to_string();
        match self {
            Self::Unknown(path) => write!(formatter, "unknown field {}", quoted(path)),
            Self::Duplicate(path) => write!(formatter, "duplicate field {}", quoted(path)),
            Self::Type {
                path,
                expected,
                found,
            } => write!(
                formatter,
                "field {} must be {expected}, not {found}",
                quoted(path)
            ),
            Self::Duration(path, cause) => write!(formatter, "field {}: {cause}", quoted(path)),
        }
    }
}
