//! How failures show bytes.

/// Longer texts are told by their length.
const LONGEST: usize = 48;

/// Text as text, few other bytes one by one, and many by their number.
pub(super) fn shown(bytes: &[u8]) -> String {
    let is_text = bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
    match bytes.len() {
        0 => "no bytes".to_owned(),
        length if length <= LONGEST && is_text => {
            format!("{:?}", String::from_utf8_lossy(bytes))
        }
        length if length <= LONGEST / 2 => {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("the bytes {}", hex.join(" "))
        }
        length => format!("{length} bytes"),
    }
}

/// Where two values part first, for those that are long.
pub(super) fn difference(expected: &[u8], observed: &[u8]) -> String {
    let at = expected
        .iter()
        .zip(observed)
        .position(|(one, other)| one != other)
        .unwrap_or(expected.len().min(observed.len()));
    let (of, is) = (expected.len(), observed.len());
    format!(
        "{}, which differ from byte {at} on ({is} bytes for {of})",
        shown(observed)
    )
}

#[cfg(test)]
mod tests {
    use super::{difference, shown};

    #[test]
    fn bytes_are_told_as_shortly_as_they_can_be() {
        assert_eq!(shown(b""), "no bytes");
        assert_eq!(shown(b"pandas"), "\"pandas\"");
        assert_eq!(shown(&[0, 255]), "the bytes 00 ff");
        assert_eq!(shown(&[0; 70000]), "70000 bytes");
        assert_eq!(
            difference(b"abcd", b"abx"),
            "\"abx\", which differ from byte 2 on (3 bytes for 4)"
        );
        assert!(difference(b"abcd", b"ab").contains("from byte 2 on"));
    }
}
