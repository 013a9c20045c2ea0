use std::{error::Error as StdError, io, path::PathBuf, sync::Arc};

use crate::storage::Quoted;

use super::{BuildError, CheckError, DecodeError, FieldErrors};

/// Why a configuration does not come into force (backend §7.11, §7.12). Never holds key material.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error(
        "error while parsing file: error while loading file: error reading encryption provider configuration file {}: {cause}",
        Quoted(&path.to_string_lossy())
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: Arc<io::Error>,
    },
    /// Nothing is in the file.
    #[error(
        "error while parsing file: error while loading file: encryption provider configuration file {} is empty",
        Quoted(&path.to_string_lossy())
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Something else is in the file.
    #[error(
        "error while parsing file: error decoding encryption provider configuration file {}: {cause}",
        Quoted(&path.to_string_lossy())
    )]
    Decode {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        cause: DecodeError,
    },
    /// The configuration of something else is in the file.
    #[error("error while parsing file: {0}")]
    OtherKind(#[source] DecodeError),
    /// The configuration breaks rules.
    #[error("error while parsing file: {0}")]
    Invalid(#[source] FieldErrors),
    /// The configuration is valid and cannot work.
    #[error("error while building transformers: {0}")]
    Build(#[source] BuildError),
    /// The key management services of a new configuration are not well, and did not become so.
    #[error(
        "health check for new transformers failed, polling error timed out waiting for the condition: {0}"
    )]
    Unhealthy(#[source] CheckError),
    /// Foreign code panicked while the configuration was loaded.
    #[error("loading the encryption configuration failed: {0}")]
    Panicked(#[source] Arc<dyn StdError + Send + Sync>),
}
