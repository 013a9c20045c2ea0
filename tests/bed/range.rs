//! Ranges as they are on the wire.

/// What a client asks for (`etcdserverpb.RangeRequest`), as far as tests look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) key: String,
    /// Empty where it is one key.
    pub(crate) end: String,
    pub(crate) limit: u64,
    pub(crate) revision: u64,
    /// Any member may answer, out of what it has.
    pub(crate) serializable: bool,
}

impl Range {
    /// Of a whole gRPC frame: a mark, four bytes of length, and the message.
    pub(crate) fn read(frame: &[u8]) -> Self {
        let (&[_, a, b, c, d], mut rest) = frame.split_first_chunk().expect("it has a head");
        let length = u32::from_be_bytes([a, b, c, d]);
        assert_eq!(rest.len(), length as usize, "one frame, and all of it");
        let mut range = Self::default();
        while !rest.is_empty() {
            let tag = number(&mut rest);
            let value = number(&mut rest);
            let mut text = || {
                let (text, behind) = rest.split_at(usize::try_from(value).expect("a length"));
                rest = behind;
                String::from_utf8(text.to_vec()).expect("keys of tests are text")
            };
            // The field's number, and three bits of how it is written: 0 for numbers, 2 for bytes.
            match (tag >> 3, tag & 7) {
                (1, 2) => range.key = text(),
                (2, 2) => range.end = text(),
                (3, 0) => range.limit = value,
                (4, 0) => range.revision = value,
                (7, 0) => range.serializable = value != 0,
                (_, 0) => {}
                other => panic!("no field of a range: {other:?}"),
            }
        }
        range
    }
}

/// A number of as many bytes as it takes, seven bits each.
fn number(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, behind) = rest.split_first().expect("the message goes on");
        *rest = behind;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}
