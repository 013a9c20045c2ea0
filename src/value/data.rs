use std::{fmt, ops::Deref};

use bytes::{Buf, Bytes, BytesMut};

/// The bytes of a value on their way between a backend and a codec.
///
/// Those that belong to nobody else are decrypted where they lie, and cutting off what is not part of the value costs nothing.
/// `Bytes` alone would cost an allocation there: it counts its holders as soon as it is less than the whole of its memory,
/// which is a tenth of what it takes to decrypt a kilobyte.
///
/// Made of a `Vec<u8>`, a `String`, `Bytes`, or static bytes, and read as a slice.
///
/// ```
/// use storeproof::value::Data;
///
/// let mut data = Data::from(b"prefix:value:tag".to_vec());
/// data.advance(7);
/// data.truncate(5);
/// assert_eq!(data, "value");
/// data.make_mut().make_ascii_uppercase();
/// assert_eq!(data.into_bytes(), "VALUE");
/// ```
#[derive(Clone)]
pub struct Data(Held);

#[derive(Clone)]
enum Held {
    /// All of an allocation from `start` on.
    Own { bytes: Vec<u8>, start: usize },
    /// A part of an allocation that nobody else holds any more.
    Part(BytesMut),
    /// What others may hold too.
    Shared(Bytes),
}

impl Data {
    /// No bytes.
    pub const fn new() -> Self {
        Self(Held::Shared(Bytes::new()))
    }

    /// Takes away the first `count` bytes, or all if there are fewer.
    #[inline]
    pub fn advance(&mut self, count: usize) {
        let count = count.min(self.len());
        match &mut self.0 {
            Held::Own { start, .. } => *start += count,
            Held::Part(bytes) => bytes.advance(count),
            Held::Shared(bytes) => bytes.advance(count),
        }
    }

    /// Keeps the first `length` bytes, or all if there are fewer.
    #[inline]
    pub fn truncate(&mut self, length: usize) {
        match &mut self.0 {
            Held::Own { bytes, start } => bytes.truncate(start.saturating_add(length)),
            Held::Part(bytes) => bytes.truncate(length),
            Held::Shared(bytes) => bytes.truncate(length),
        }
    }

    /// The bytes, to be changed: themselves if nobody else holds them, else a copy that takes their place.
    #[inline]
    pub fn make_mut(&mut self) -> &mut [u8] {
        if let Held::Shared(bytes) = &mut self.0 {
            self.0 = match std::mem::take(bytes).try_into_mut() {
                Ok(bytes) => Held::Part(bytes),
                Err(shared) => Held::Own {
                    bytes: shared.to_vec(),
                    start: 0,
                },
            };
        }
        match &mut self.0 {
            Held::Own { bytes, start } => bytes.get_mut(*start..).unwrap_or_default(),
            Held::Part(bytes) => bytes,
            // Not any more.
            Held::Shared(_) => &mut [],
        }
    }

    /// The same bytes a second time. A clone copies what belongs to its holder; this lets both share it until one of them is
    /// changed.
    #[must_use]
    pub fn share(&mut self) -> Self {
        let bytes = std::mem::take(self).into_bytes();
        *self = bytes.clone().into();
        bytes.into()
    }

    /// The bytes, to be held by many.
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Held::Own { bytes, start } => {
                let mut bytes = Bytes::from(bytes);
                bytes.advance(start);
                bytes
            }
            Held::Part(bytes) => bytes.freeze(),
            Held::Shared(bytes) => bytes,
        }
    }
}

impl Deref for Data {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Held::Own { bytes, start } => bytes.get(*start..).unwrap_or_default(),
            Held::Part(bytes) => bytes,
            Held::Shared(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Data {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Default for Data {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Vec<u8>> for Data {
    #[inline]
    fn from(bytes: Vec<u8>) -> Self {
        Self(Held::Own { bytes, start: 0 })
    }
}

impl From<Bytes> for Data {
    fn from(bytes: Bytes) -> Self {
        Self(Held::Shared(bytes))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&'static [u8]> for Data {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<Data> for Bytes {
    fn from(data: Data) -> Self {
        data.into_bytes()
    }
}

impl From<Data> for Vec<u8> {
    fn from(data: Data) -> Self {
        match data.0 {
            Held::Own { mut bytes, start } => {
                bytes.drain(..start);
                bytes
            }
            Held::Part(bytes) => bytes.into(),
            Held::Shared(bytes) => bytes.into(),
        }
    }
}

impl<B: AsRef<[u8]> + ?Sized> PartialEq<B> for Data {
    fn eq(&self, other: &B) -> bool {
        **self == *other.as_ref()
    }
}

impl Eq for Data {}

/// Says how many bytes they are: what they say may be a secret.
impl fmt::Debug for Data {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.len())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::Data;

    /// The same bytes, held in each way.
    fn of_each_kind(bytes: &[u8]) -> [Data; 3] {
        let mut part = Data::from(Bytes::copy_from_slice(bytes));
        part.make_mut();
        [
            bytes.to_vec().into(),
            part,
            Bytes::copy_from_slice(bytes).into(),
        ]
    }

    #[test]
    fn is_cut_at_both_ends_however_it_is_held() {
        for from in 0..7 {
            for length in 0..7 {
                let expected = b"plain".get(from..).unwrap_or_default();
                let expected = expected.get(..length).unwrap_or(expected);
                for mut data in of_each_kind(b"plain") {
                    data.advance(from);
                    data.truncate(length);
                    assert_eq!(data, expected);
                    assert_eq!(data.make_mut(), expected);
                    assert_eq!(Vec::from(data.clone()), expected);
                    assert_eq!(data.into_bytes(), expected);
                }
            }
        }
    }

    #[test]
    fn a_change_is_seen_by_its_holder_alone() {
        for mut data in of_each_kind(b"plain") {
            let mut other = data.share();
            let bytes = data.share().into_bytes();
            other.make_mut().fill(b'x');
            data.truncate(2);
            data.make_mut().fill(b'y');
            assert_eq!((&data[..], &other[..]), (&b"yy"[..], &b"xxxxx"[..]));
            assert_eq!(bytes, "plain");
        }
    }

    #[test]
    fn what_nobody_else_holds_stays_where_it_is() {
        for mut data in of_each_kind(b"plain") {
            let place = data.as_ptr_range();
            data.advance(1);
            data.make_mut().fill(b'x');
            data.truncate(3);
            assert!(place.contains(&data.as_ptr()));
            assert!(place.contains(&data.into_bytes().as_ptr()));
        }
    }

    #[test]
    fn what_it_says_is_not_shown() {
        let [data, ..] = of_each_kind(b"plain");
        assert_eq!(format!("{data:?}"), "5 bytes");
    }
}
