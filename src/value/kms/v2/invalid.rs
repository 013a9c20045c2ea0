/// The most bytes that the name of a key, and an encrypted data key source, may have. Exactly as many are allowed, though
/// the API server's prose says "less than" (backend §9.6, row 86).
pub(super) const MOST: usize = 1024;
/// The most bytes that all names and values of annotations may have together.
pub(super) const MOST_ANNOTATIONS: usize = 32 * 1024;

/// A rule of the stored format that a value, or the answer of a plugin, breaks (backend §7.8).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// How the data key source is made use of is not known.
    #[error("unknown encryptedDEKSourceType: {0}")]
    Kind(i32),
    /// There is no value.
    #[error("encrypted data is empty")]
    NoData,
    /// The encrypted data key source.
    #[error("failed to validate encrypted DEK source: {0}")]
    Source(#[from] InvalidSource),
    /// The name of the key.
    #[error("failed to validate key id: {0}")]
    KeyId(#[from] InvalidKeyId),
    /// The annotations.
    #[error("failed to validate annotations: {0}")]
    Annotations(#[from] InvalidAnnotations),
}

/// What is wrong with an encrypted data key source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSource {
    /// There is none.
    #[error("encrypted DEK source is empty")]
    Empty,
    /// It has this many bytes.
    #[error("encrypted DEK source is {0} bytes, which exceeds the max size of 1024")]
    TooLong(usize),
}

/// What is wrong with the name of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKeyId {
    /// There is none.
    #[error("keyID is empty")]
    Empty,
    /// It has this many bytes.
    #[error("keyID is {0} bytes, which exceeds the max size of 1024")]
    TooLong(usize),
}

/// What is wrong with annotations: one sentence for each name, and one for their size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", super::super::told(.0))]
pub struct InvalidAnnotations(pub(super) Vec<String>);

pub(super) fn check_source(encrypted: &[u8]) -> Result<(), InvalidSource> {
    match encrypted.len() {
        0 => Err(InvalidSource::Empty),
        1..=MOST => Ok(()),
        longer => Err(InvalidSource::TooLong(longer)),
    }
}

pub(super) fn check_key_id(key_id: &str) -> Result<(), InvalidKeyId> {
    match key_id.len() {
        0 => Err(InvalidKeyId::Empty),
        1..=MOST => Ok(()),
        longer => Err(InvalidKeyId::TooLong(longer)),
    }
}
