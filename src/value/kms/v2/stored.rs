//! Values as they are stored: a message whose first field is the value, and whose others say how to get at its key
//! (backend §7.8).

use bytes::Bytes;
use prost::{
    Message,
    encoding::{
        WireType, decode_key, decode_varint, encode_key, encode_varint, encoded_len_varint,
    },
};

use super::{
    invalid::Invalid,
    proto::EncryptedObject,
    source::{Kind, Source},
};
use crate::value::{Data, kms::Error};

/// The number of the field with the value.
const VALUE: u32 = 1;

/// The encrypted value, and its data key source.
pub(super) fn split(stored: Data) -> Result<(Data, Source), Error> {
    let object = EncryptedObject::decode(stored.into_bytes())
        .map_err(|error| Error::Message(error.to_string()))?;
    let kind = Kind::of_number(object.encrypted_dek_source_type)?;
    if object.encrypted_data.is_empty() {
        return Err(Invalid::NoData.into());
    }
    let source = Source {
        kind,
        encrypted: object.encrypted_dek_source,
        key_id: object.key_id,
        annotations: object.annotations,
    };
    source.check()?;
    Ok((object.encrypted_data.into(), source))
}

/// The encrypted value, where nothing but `behind` stands behind it; else all of it as it was. Saves reading the other
/// fields of what was written with the same source.
pub(super) fn value_before(mut stored: Data, behind: &[u8]) -> Result<Data, Data> {
    let mut rest = &stored[..];
    let header = decode_key(&mut rest).ok();
    let length = decode_varint(&mut rest).ok();
    let start = stored.len() - rest.len();
    let (Some((VALUE, WireType::LengthDelimited)), Some(length)) = (header, length) else {
        return Err(stored);
    };
    let fits = length > 0
        && usize::try_from(length)
            .ok()
            .and_then(|length| length.checked_add(behind.len()))
            == Some(rest.len());
    if !(fits && rest.ends_with(behind)) {
        return Err(stored);
    }
    stored.truncate(stored.len() - behind.len());
    stored.advance(start);
    Ok(stored)
}

/// All fields but the value: what stands behind each value of the source.
pub(super) fn behind(source: &Source) -> Bytes {
    let object = EncryptedObject {
        encrypted_data: Bytes::new(),
        key_id: source.key_id.clone(),
        encrypted_dek_source: source.encrypted.clone(),
        annotations: source.annotations.clone(),
        encrypted_dek_source_type: source.kind.number(),
    };
    // Fields are written in order, and the value is the first: without one the others remain.
    object.encode_to_vec().into()
}

/// Appends the start of the field of a value with `length` bytes, with room for it and for what stands behind it.
pub(super) fn begin(stored: &mut Vec<u8>, length: usize, behind: &[u8]) {
    let length_in_64 = length as u64;
    stored.reserve(1 + encoded_len_varint(length_in_64) + length + behind.len());
    encode_key(VALUE, WireType::LengthDelimited, stored);
    encode_varint(length_in_64, stored);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use prost::Message;

    use super::{EncryptedObject, Kind, Source, begin, behind, split, value_before};
    use crate::value::{Data, golden::bytes};

    const DATA: &str = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f202122232425262728292a2bc907ec5b15702473729a481d3529c281a93c8b1d603950ff1a811e907c877090c7fd5a";

    fn source() -> Source {
        Source {
            kind: Kind::Seed,
            encrypted: Bytes::from_static(b"EDEK"),
            key_id: "key-1".to_owned(),
            annotations: [("k.example.com".to_owned(), Bytes::from_static(b"v"))].into(),
        }
    }

    fn golden() -> Vec<u8> {
        bytes(&format!(
            "0a4f{DATA}12056b65792d311a044544454b22120a0d6b2e6578616d706c652e636f6d1201762801"
        ))
    }

    #[test]
    fn the_vector_is_read_and_written() {
        let data = bytes(DATA);
        let (read, from) = split(golden().into()).expect("an encrypted object");
        assert_eq!((&read[..], from), (&data[..], source()));
        let mut stored = Vec::new();
        let behind = behind(&source());
        begin(&mut stored, data.len(), &behind);
        let room = stored.capacity();
        stored.extend_from_slice(&data);
        stored.extend_from_slice(&behind);
        assert_eq!(stored, golden());
        assert_eq!(stored.capacity(), room, "there was room for all of it");
    }

    #[test]
    fn what_breaks_a_rule_is_refused() {
        let valid = EncryptedObject::decode(&golden()[..]).expect("a message");
        let rows = [
            (
                EncryptedObject {
                    encrypted_dek_source_type: 2,
                    encrypted_data: Bytes::new(),
                    ..valid.clone()
                },
                "unknown encryptedDEKSourceType: 2",
            ),
            (
                EncryptedObject {
                    encrypted_data: Bytes::new(),
                    encrypted_dek_source: Bytes::new(),
                    ..valid.clone()
                },
                "encrypted data is empty",
            ),
            (
                EncryptedObject {
                    key_id: String::new(),
                    ..valid
                },
                "failed to validate key id: keyID is empty",
            ),
        ];
        for (object, text) in rows {
            let refused = split(object.encode_to_vec().into()).expect_err("invalid");
            assert_eq!(refused.to_string(), text);
        }
        for junk in [&b"plain text"[..], &[0x0a, 0xff], &[0xff; 40]] {
            split(junk.to_vec().into()).expect_err("no message");
        }
        let refused = split(Data::new()).expect_err("an empty message");
        assert_eq!(refused.to_string(), "encrypted data is empty");
    }

    #[test]
    fn what_stands_before_a_known_source_needs_no_reading() {
        let behind = behind(&source());
        let value = value_before(golden().into(), &behind).expect("the source is known");
        assert_eq!(value, bytes(DATA));
        let mut others = vec![Vec::new(), behind.to_vec()];
        let golden = golden();
        others.extend((0..golden.len()).map(|length| golden[..length].to_vec()));
        others.push([&golden[..], &[0]].concat());
        others.push([&golden[..2], &golden].concat());
        // A value of no bytes, one that is longer than all there is, and one whose length is no number.
        others.push([&[0x0a, 0x00][..], &behind].concat());
        others.push([&[0x0a, 0xff, 0xff, 0x03][..], &behind].concat());
        others.push([&[0x0a][..], &[0xff; 9], &[1], &behind].concat());
        others.push([&[0x0a][..], &[0xff; 12], &behind].concat());
        for other in others {
            let stored = Bytes::from(other);
            let same = value_before(stored.clone().into(), &behind).expect_err("something else");
            assert_eq!(same, stored);
        }
    }

    proptest::proptest! {
        #[test]
        fn junk_is_an_error_or_a_valid_object(
            junk in proptest::collection::vec(proptest::num::u8::ANY, 0..100),
            flips in proptest::collection::vec((0..116_usize, proptest::num::u8::ANY), 1..4),
        ) {
            let mut damaged = golden();
            for (place, byte) in flips {
                damaged[place] = byte;
            }
            for stored in [junk, damaged] {
                if let Ok((value, source)) = split(stored.into()) {
                    proptest::prop_assert!(!value.is_empty());
                    proptest::prop_assert!(source.check().is_ok());
                }
            }
        }
    }

    #[test]
    fn unknown_fields_are_passed_over() {
        let mut stored = golden();
        stored.extend_from_slice(&[0x32, 0x01, b'x']);
        split(stored.into()).expect("an encrypted object");
    }
}
