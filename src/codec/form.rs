use super::{cbor, protobuf};

/// What the first bytes of a value say about its form (backend §8.1). No value has two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Some transformer's: no codec can read it.
    Encrypted,
    /// The protobuf envelope.
    Protobuf,
    /// Self-described CBOR.
    Cbor,
    /// A JSON object, perhaps behind blanks.
    Json,
}

impl Form {
    /// The form of a value; none where the bytes do not tell.
    pub fn of(value: &[u8]) -> Option<Self> {
        let marks = [
            (Self::Encrypted, b"k8s:enc:".as_slice()),
            (Self::Protobuf, protobuf::MAGIC),
            (Self::Cbor, cbor::MARK),
        ];
        let marked = marks.iter().find(|(_, mark)| value.starts_with(mark));
        let is_json = || value.trim_ascii_start().starts_with(b"{");
        marked
            .map(|(form, _)| *form)
            .or_else(|| is_json().then_some(Self::Json))
    }
}
