use std::{error::Error as StdError, fmt, sync::Arc};

use super::{Code, KeyError, Status, StorageError, TokenError, quote::Quoted, status};

/// What every operation of a store returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that a caller supplied or a backend raised, kept whole.
type Source = Arc<dyn StdError + Send + Sync>;

/// Why an operation failed, in the taxonomy of the contract (store §2.4).
///
/// Predicates look at the outermost error only, except those that say that they search the chain.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store's own verdict about a key.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// An answer meant for the API's client as it is.
    #[error("{}", .0.message.as_deref().unwrap_or("unknown status"))]
    Status(Box<Status>),
    /// A resource version that is none.
    #[error(transparent)]
    Invalid(#[from] InvalidError),
    /// A value could not be transformed, or metadata could not be had.
    #[error(transparent)]
    Internal(#[from] InternalError),
    /// A key that no store accepts.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A continue token could not be made.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The object to create carries a resource version.
    #[error("resourceVersion should not be set on objects to be created")]
    ResourceVersionSet,
    /// The store cannot serve yet.
    #[error("storage not ready")]
    NotReady,
    /// `resourceVersionMatch` is none that a store knows.
    #[error("unknown ResourceVersionMatch value: {0}")]
    UnknownMatch(String),
    /// An object could not be encoded or decoded.
    #[error(transparent)]
    Codec(#[from] crate::codec::Error),
    /// A rule of the contract with nothing but a text to it (store §2.4.5).
    #[error("{0}")]
    Plain(String),
    /// What a callback returned, or the backend raised, passed on untouched (store §2.4.6).
    #[error(transparent)]
    Other(Source),
}

impl Error {
    /// Passes an error of a callback or of a backend on untouched.
    pub fn other(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Other(Arc::new(source))
    }

    /// The key does not exist.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(Code::KeyNotFound)
    }

    /// The key exists already.
    pub fn is_exists(&self) -> bool {
        self.code() == Some(Code::KeyExists)
    }

    /// Somebody else changed the object.
    pub fn is_conflict(&self) -> bool {
        self.code() == Some(Code::ResourceVersionConflicts)
    }

    /// A precondition did not hold, or an object that can be read was to be deleted as unreadable.
    pub fn is_invalid_object(&self) -> bool {
        self.code() == Some(Code::InvalidObject)
    }

    /// The backend cannot be reached.
    pub fn is_unreachable(&self) -> bool {
        self.code() == Some(Code::Unreachable)
    }

    /// The store gave up in time.
    pub fn is_timeout(&self) -> bool {
        self.code() == Some(Code::Timeout)
    }

    /// A value could not be transformed, or metadata could not be had.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Internal(_))
    }

    /// A resource version that is none.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid(_))
    }

    /// The bytes of an object cannot be read: a verdict that says so, or the mark of it. Searches the whole chain.
    pub fn is_corrupt_object(&self) -> bool {
        if self.corrupt_object().is_some() {
            return true;
        }
        self.chain().any(|error| {
            let code = match error.downcast_ref::<Self>() {
                Some(error) => error.code(),
                None => error.downcast_ref::<StorageError>().map(|error| error.code),
            };
            code == Some(Code::CorruptObject)
        })
    }

    /// The version asked for has been compacted away: 410 Expired. Searches the whole chain.
    pub fn is_expired(&self) -> bool {
        self.has_status(|found| found.reason.as_deref() == Some(status::REASON_EXPIRED))
    }

    /// The version asked for lies in the future: 504 with its cause. Searches the whole chain.
    pub fn is_resource_version_too_large(&self) -> bool {
        self.has_status(status::is_resource_version_too_large)
    }

    fn has_status(&self, holds: impl Fn(&Status) -> bool) -> bool {
        self.chain()
            .filter_map(|error| error.downcast_ref::<Self>()?.status())
            .any(holds)
    }

    /// The error and what lies behind it.
    fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        std::iter::successors(Some(self as &(dyn StdError + 'static)), |error| {
            let error: &(dyn StdError + 'static) = *error;
            match error.downcast_ref::<Self>() {
                // Transparent: its source is not the error inside but what lies behind that.
                Some(Self::Other(inside)) => Some(&**inside),
                _ => error.source(),
            }
        })
    }

    /// The status inside, where the error is an answer for the API's client.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Status(status) => Some(status),
            _ => None,
        }
    }

    /// The store's verdict inside, where there is one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Storage(error) => Some(error.code),
            _ => None,
        }
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

/// A field holds something it may not (store §2.4.3).
#[derive(Clone, Debug, thiserror::Error)]
#[error("{field}: Invalid value: {}: {detail}", Quoted(.value))]
pub struct InvalidError {
    /// The field's path.
    pub field: String,
    /// What it holds.
    pub value: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A value could not be transformed, or metadata could not be had (store §2.4.3). Its text is the text of its source.
#[derive(Clone, Debug)]
pub struct InternalError {
    reason: String,
    source: Source,
}

impl InternalError {
    /// Wraps what went wrong.
    pub fn new(source: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            reason: source.to_string(),
            source: Arc::new(source),
        }
    }

    /// Wraps what went wrong with the item at `key` of a list.
    pub fn transforming(key: &str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            reason: format!("unable to transform key {}: {source}", Quoted(key)),
            source: Arc::new(source),
        }
    }
}

impl fmt::Display for InternalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl StdError for InternalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
