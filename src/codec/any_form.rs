use std::{any::type_name, sync::Arc};

use base64::{DecodeError, Engine, engine::general_purpose::STANDARD};

use super::{Cbor, Codec, Error, Form, Json, Protobuf, ProtobufObject};
use crate::storage::Object;

/// Writes one form and reads every form there is (backend §8.2).
///
/// The form of what is stored may change then without a migration: the next update of an object rewrites it, since its
/// bytes differ. A value whose form is recognized is read as that or not at all. One that is in base64 besides, as some old
/// ones are, is unpacked first. YAML is not read.
pub struct AnyForm<T> {
    writes: Arc<dyn Codec<T>>,
    protobuf: Option<Arc<dyn Codec<T>>>,
}

impl<T: Object> AnyForm<T> {
    /// Writes what the codec writes. Reads JSON and CBOR.
    pub fn writing(codec: impl Codec<T> + 'static) -> Self {
        Self {
            writes: Arc::new(codec),
            protobuf: None,
        }
    }

    /// Reads protobuf as well, which the type must have.
    #[must_use]
    pub fn with_protobuf(mut self) -> Self
    where
        T: ProtobufObject,
    {
        self.protobuf = Some(Arc::new(Protobuf));
        self
    }

    fn read(&self, form: Form, value: &[u8]) -> Result<T, Error> {
        match (form, &self.protobuf) {
            (Form::Encrypted, _) => Err(Unreadable::Encrypted.into()),
            (Form::Protobuf, Some(protobuf)) => protobuf.decode(value),
            (Form::Protobuf, None) => Err(Unreadable::NoProtobuf(type_name::<T>()).into()),
            (Form::Cbor, _) => Cbor.decode(value),
            (Form::Json, _) => Json.decode(value),
        }
    }
}

impl<T: Object> Codec<T> for AnyForm<T> {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        self.writes.encode(object, bytes)
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        if bytes.is_empty() {
            return Err(Unreadable::Empty.into());
        }
        if let Some(form) = Form::of(bytes) {
            return self.read(form, bytes);
        }
        let unpacked = STANDARD
            .decode(bytes.trim_ascii())
            .map_err(Unreadable::Unknown)?;
        match Form::of(&unpacked) {
            Some(form) => self.read(form, &unpacked),
            None => Err(Unreadable::UnknownInside.into()),
        }
    }
}

/// Why nobody could even try to read a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// There are no bytes.
    #[error("the value is empty")]
    Empty,
    /// A transformer wrote it, and none has read it.
    #[error("the value is encrypted: it must pass the transformer that wrote it first")]
    Encrypted,
    /// Protobuf, of a type that has no such form here.
    #[error("the value is protobuf, which {0} has no form of: store it as JSON or CBOR")]
    NoProtobuf(&'static str),
    /// Neither a known form nor one in base64.
    #[error("the value is neither JSON, protobuf nor CBOR, nor one of these in base64: {0}")]
    Unknown(#[source] DecodeError),
    /// Base64 of something that is none of the known forms.
    #[error("the value is base64 of something that is neither JSON, protobuf nor CBOR")]
    UnknownInside,
}

impl From<Unreadable> for Error {
    fn from(cause: Unreadable) -> Self {
        Self::Decode(Arc::new(cause))
    }
}
