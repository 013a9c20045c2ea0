//! Protobuf by hand: envelopes that no codec wrote, and what is in those that one did.

use storeproof_fixtures::objects::{Pod, PodExt, pod};

/// What an envelope begins with.
pub(super) const MAGIC: &[u8] = b"k8s\0";

/// What encoding and type of the content look like in every stored envelope.
pub(super) const EMPTY_ENCODING: &[u8] = &[0x1a, 0];
pub(super) const EMPTY_TYPE: &[u8] = &[0x22, 0];

/// A number as protobuf writes it: seven bits a byte, the least significant first.
pub(super) fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low & 0x7f);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A field of a text, of bytes or of a message.
pub(super) fn field(number: u64, content: &[u8]) -> Vec<u8> {
    [
        &varint(number << 3 | 2),
        &varint(content.len() as u64),
        content,
    ]
    .concat()
}

/// The field of an envelope that says what is in it.
pub(super) fn kind(api_version: &str, kind: &str) -> Vec<u8> {
    let said = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())];
    field(1, &said.concat())
}

/// The field of an envelope that holds the object.
pub(super) fn raw(message: &[u8]) -> Vec<u8> {
    field(2, message)
}

/// An envelope of these fields.
pub(super) fn envelope(fields: &[&[u8]]) -> Vec<u8> {
    [MAGIC, &fields.concat()].concat()
}

/// The envelope of a Pod of version v1.
pub(super) fn of_pod(message: &[u8]) -> Vec<u8> {
    envelope(&[
        &kind("v1", "Pod"),
        &raw(message),
        EMPTY_ENCODING,
        EMPTY_TYPE,
    ])
}

/// What the samples below are.
pub(super) fn sample() -> Pod {
    pod("test-ns", "foo").label("a", "").node("bar")
}

/// The message of the sample as the API server writes it, with more fields at the end of its metadata and of itself.
pub(super) fn message_with(in_metadata: &[u8], in_pod: &[u8]) -> Vec<u8> {
    let metadata = [
        b"\x0a\x03foo\x12\x00\x1a\x07test-ns\x22\x00\x2a\x00\x32\x00\x38\x00\x42\x00",
        &b"\x5a\x05\x0a\x01a\x12\x00"[..],
        in_metadata,
    ];
    let spec = b"\x1a\x00\x42\x00\x4a\x00\x52\x03bar\x58\x00\x60\x00\x68\x00\x82\x01\x00\x8a\x01\x00\x9a\x01\x00";
    let status = b"\x0a\x00\x1a\x00\x22\x00\x2a\x00\x32\x00";
    [
        field(1, &metadata.concat()),
        field(2, spec),
        field(3, status),
        in_pod.to_vec(),
    ]
    .concat()
}

/// The message of the sample.
pub(super) fn message() -> Vec<u8> {
    message_with(b"", b"")
}

/// A field that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) number: u64,
    /// What is in it; nothing where it is a number.
    pub(super) content: &'a [u8],
    /// All of it.
    pub(super) whole: &'a [u8],
}

/// The fields of a message; none where the bytes are no message that an API server writes.
pub(super) fn fields(message: &[u8]) -> Option<Vec<Found<'_>>> {
    let mut rest = message;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let begin = rest;
        let key = number(&mut rest)?;
        let content = match key & 7 {
            0 => number(&mut rest).map(|_| &b""[..])?,
            2 => {
                let length = usize::try_from(number(&mut rest)?).ok()?;
                let (content, behind) = rest.split_at_checked(length)?;
                rest = behind;
                content
            }
            _ => return None,
        };
        let (whole, _) = begin.split_at_checked(begin.len() - rest.len())?;
        found.push(Found {
            number: key >> 3,
            content,
            whole,
        });
    }
    Some(found)
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use storeproof::codec::Codec;
    use storeproof_fixtures::objects::PodProtobuf;

    use super::{fields, message, of_pod, sample, varint};

    #[test]
    fn the_sample_is_what_a_codec_writes_of_it() {
        let mut written = Vec::new();
        PodProtobuf
            .encode(&sample(), &mut written)
            .expect("it is written");
        assert_eq!(written, of_pod(&message()));
        let read = fields(&written[4..]).expect("fields");
        let numbers: Vec<u64> = read.iter().map(|field| field.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(read[1].content, message());
        let together: Vec<u8> = read.iter().flat_map(|field| field.whole.to_vec()).collect();
        assert_eq!(together, written[4..]);
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (number, bytes) in [
            (0, &[0][..]),
            (127, &[0x7f]),
            (128, &[0x80, 1]),
            (
                u64::MAX,
                &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            ),
        ] {
            assert_eq!(varint(number), bytes);
            assert_eq!(super::number(&mut &*bytes), Some(number));
        }
        for broken in [&[0x0a][..], &[0x0a, 2, 1], &[0x80], &[0x0d, 0, 0, 0, 0]] {
            assert!(fields(broken).is_none(), "{broken:?}");
        }
    }
}
