//! Text between quotes, with the escapes of the Go encoder.

/// As many bytes are compared together; compilers make vector instructions of it.
const TOGETHER: usize = 32;
/// The first byte of U+2028 and U+2029, and of much else.
const LEAD: u8 = 0xe2;
/// Which bytes may not stand for themselves: the last few of a text are looked up sooner than they are compared.
#[expect(
    clippy::indexing_slicing,
    reason = "it is filled while this is compiled"
)]
static SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < special.len() {
        special[byte] = is_special(byte as u8);
        byte += 1;
    }
    special
};

/// Appends text as a JSON string.
pub(super) fn quoted(text: &str, bytes: &mut Vec<u8>) {
    bytes.reserve(text.len() + 2);
    bytes.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_length(rest));
        bytes.extend_from_slice(plain);
        let Some((&first, after)) = special.split_first() else {
            break;
        };
        rest = match separator(special) {
            Some((escape, after)) => {
                bytes.extend_from_slice(escape);
                after
            }
            None => {
                escape(first, bytes);
                after
            }
        };
    }
    bytes.push(b'"');
}

/// Appends what is JSON already: only what JSON lets stand is escaped, and that stands nowhere but within strings.
pub(super) fn raw(json: &str, bytes: &mut Vec<u8>) {
    let mut rest = json.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = match separator(rest) {
            Some((escape, after)) => {
                bytes.extend_from_slice(escape);
                after
            }
            None if matches!(first, b'<' | b'>' | b'&') => {
                escape(first, bytes);
                after
            }
            None => {
                bytes.push(first);
                after
            }
        };
    }
}

/// How many bytes from the first on stand for themselves.
fn plain_length(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<TOGETHER>();
    let is_plain = |chunk: &&[u8; TOGETHER]| {
        let special = chunk
            .iter()
            .fold(false, |any, byte| any | is_special(*byte));
        !special
    };
    let whole = TOGETHER * chunks.iter().take_while(is_plain).count();
    let (_, rest) = bytes.split_at(whole);
    let is_plain = |byte: &&u8| SPECIAL.get(usize::from(**byte)) == Some(&false);
    whole + rest.iter().take_while(is_plain).count()
}

const fn is_special(byte: u8) -> bool {
    (byte < 0x20)
        | (byte == b'"')
        | (byte == b'\\')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == b'&')
        | (byte == LEAD)
}

fn separator(bytes: &[u8]) -> Option<(&'static [u8], &[u8])> {
    let [LEAD, 0x80, last, after @ ..] = bytes else {
        return None;
    };
    match last {
        0xa8 => Some((b"\\u2028", after)),
        0xa9 => Some((b"\\u2029", after)),
        _ => None,
    }
}

fn escape(byte: u8, bytes: &mut Vec<u8>) {
    match byte {
        LEAD => bytes.push(LEAD),
        b'"' => bytes.extend_from_slice(b"\\\""),
        b'\\' => bytes.extend_from_slice(b"\\\\"),
        b'\n' => bytes.extend_from_slice(b"\\n"),
        b'\r' => bytes.extend_from_slice(b"\\r"),
        b'\t' => bytes.extend_from_slice(b"\\t"),
        0x08 => bytes.extend_from_slice(b"\\b"),
        0x0c => bytes.extend_from_slice(b"\\f"),
        other => {
            bytes.extend_from_slice(b"\\u00");
            bytes.extend([other >> 4, other & 0xf].map(hexadecimal));
        }
    }
}

const fn hexadecimal(digit: u8) -> u8 {
    if digit < 10 {
        b'0' + digit
    } else {
        b'a' + digit - 10
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{quoted, raw};

    fn json(text: &str) -> String {
        let mut bytes = Vec::new();
        quoted(text, &mut bytes);
        String::from_utf8(bytes).expect("text stays text")
    }

    #[test]
    fn what_the_go_encoder_escapes_is_escaped_as_there() {
        for (text, expected) in [
            ("", r#""""#),
            ("a\"\\\u{8}\u{c}\n\r\t", r#""a\"\\\b\f\n\r\t""#),
            ("\u{0}\u{1f}\u{7f}", "\"\\u0000\\u001f\u{7f}\""),
            ("<a&b>", r#""\u003ca\u0026b\u003e""#),
            ("\u{2028}\u{2029}", r#""\u2028\u2029""#),
            ("\u{2027}\u{202a}–é日", "\"\u{2027}\u{202a}–é日\""),
        ] {
            assert_eq!(json(text), expected);
        }
    }

    #[test]
    fn what_is_json_already_keeps_its_escapes() {
        let mut bytes = Vec::new();
        raw(r#"{"a\n": "<\"\\>"}"#, &mut bytes);
        assert_eq!(bytes, br#"{"a\n": "\u003c\"\\\u003e"}"#);
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "\\PC*|(?s).{0,100}|[ -~]{40,90}[<\"\u{2028}][ -~]{0,40}") {
            let written = json(&text);
            prop_assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{}", written);
            prop_assert!(!written.contains(|character: char| character < ' '), "{}", written);
            let read: String = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(read, text);
        }
    }
}
