use bytes::Bytes;
use prost::Message;

use crate::storage::Quoted;

/// What every stored value of this format begins with. The last byte is the number of the envelope; there is one.
pub const MAGIC: &[u8] = b"k8s\0";

/// A stored message with its kind and version: the API server's `runtime.Unknown` (backend §8.3).
///
/// Reads every kind there is. What the raw message says is for those who know its type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The version, such as `v1` or `apps/v1`.
    pub api_version: String,
    /// The kind, such as `Pod`.
    pub kind: String,
    /// The object's own message.
    pub raw: Bytes,
    /// How the message is packed besides; empty in everything the API server stores.
    pub content_encoding: String,
    /// What the message is if it is no protobuf; empty in everything the API server stores.
    pub content_type: String,
}

/// Why bytes are no envelope, or not the expected one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// No byte at all.
    #[error("empty data")]
    Empty,
    /// The bytes begin with something else.
    #[error(
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"
    )]
    NoMagic,
    /// The magic and nothing else.
    #[error("empty body")]
    EmptyBody,
    /// What follows the magic is cut off, or never was an envelope.
    #[error("the protobuf envelope is damaged: {0}")]
    Damaged(#[source] prost::DecodeError),
    /// There is no object behind the kind. Whoever writes envelopes writes one, so that it was cut off.
    #[error("the protobuf envelope is damaged: it holds no object")]
    NoObject,
    /// No kind is named.
    #[error(
        "Object 'Kind' is missing in 'runtime.TypeMeta{{APIVersion:{}, Kind:\"\"}}'",
        Quoted(api_version)
    )]
    MissingKind {
        /// The version that is named beside.
        api_version: String,
    },
    /// No version is named.
    #[error(
        "Object 'apiVersion' is missing in 'runtime.TypeMeta{{APIVersion:\"\", Kind:{}}}'",
        Quoted(kind)
    )]
    MissingVersion {
        /// The kind that is named beside.
        kind: String,
    },
    /// An object of another kind or version.
    #[error(
        "no kind {} is registered for version {}",
        Quoted(kind),
        Quoted(api_version)
    )]
    OtherKind {
        /// The kind that is stored.
        kind: String,
        /// The version that it is stored in.
        api_version: String,
    },
}

impl Envelope {
    /// An envelope as the API server writes it.
    pub fn new(
        api_version: impl Into<String>,
        kind: impl Into<String>,
        raw: impl Into<Bytes>,
    ) -> Self {
        Self {
            api_version: api_version.into(),
            kind: kind.into(),
            raw: raw.into(),
            ..Self::default()
        }
    }

    /// Appends magic and envelope to `bytes`. Every field is written, empty ones too.
    pub fn write(self, bytes: &mut Vec<u8>) {
        let message = Unknown {
            type_meta: Some(TypeMeta {
                api_version: Some(self.api_version),
                kind: Some(self.kind),
            }),
            raw: Some(self.raw),
            content_encoding: Some(self.content_encoding),
            content_type: Some(self.content_type),
        };
        bytes.reserve(MAGIC.len() + message.encoded_len());
        bytes.extend_from_slice(MAGIC);
        message
            .encode(bytes)
            .expect("a vector grows as far as is needed");
    }

    /// The envelope in a stored value, whatever is in it.
    ///
    /// Fields may come in any order; a later one replaces an earlier one, and unknown ones are passed over. All but the
    /// object may be missing.
    ///
    /// # Errors
    ///
    /// No magic, nothing behind it, no envelope behind it, or no object in that.
    pub fn read(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.is_empty() {
            return Err(EnvelopeError::Empty);
        }
        let body = bytes.strip_prefix(MAGIC).ok_or(EnvelopeError::NoMagic)?;
        if body.is_empty() {
            return Err(EnvelopeError::EmptyBody);
        }
        let message = Unknown::decode(body).map_err(EnvelopeError::Damaged)?;
        let type_meta = message.type_meta.unwrap_or_default();
        Ok(Self {
            api_version: type_meta.api_version.unwrap_or_default(),
            kind: type_meta.kind.unwrap_or_default(),
            raw: message.raw.ok_or(EnvelopeError::NoObject)?,
            content_encoding: message.content_encoding.unwrap_or_default(),
            content_type: message.content_type.unwrap_or_default(),
        })
    }

    /// The envelope, if it is of a kind and a version.
    ///
    /// # Errors
    ///
    /// It names no kind, no version, or others.
    pub fn expect_kind(self, api_version: &str, kind: &str) -> Result<Self, EnvelopeError> {
        if self.kind.is_empty() {
            Err(EnvelopeError::MissingKind {
                api_version: self.api_version,
            })
        } else if self.api_version.is_empty() {
            Err(EnvelopeError::MissingVersion { kind: self.kind })
        } else if (self.api_version.as_str(), self.kind.as_str()) == (api_version, kind) {
            Ok(self)
        } else {
            Err(EnvelopeError::OtherKind {
                kind: self.kind,
                api_version: self.api_version,
            })
        }
    }
}

/// The messages on the wire. All fields are optional ones, which are written whenever they are set.
#[derive(Clone, PartialEq, Message)]
struct Unknown {
    #[prost(message, optional, tag = "1")]
    type_meta: Option<TypeMeta>,
    #[prost(bytes = "bytes", optional, tag = "2")]
    raw: Option<Bytes>,
    #[prost(string, optional, tag = "3")]
    content_encoding: Option<String>,
    #[prost(string, optional, tag = "4")]
    content_type: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct TypeMeta {
    #[prost(string, optional, tag = "1")]
    api_version: Option<String>,
    #[prost(string, optional, tag = "2")]
    kind: Option<String>,
}
