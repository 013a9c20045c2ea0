use std::fmt;

/// A text between quotes, escaped as Go's `%q` escapes it: the texts of errors are compared across implementations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(formatter, "\\{letter}")?,
                '\u{7}' => formatter.write_str("\\a")?,
                '\u{8}' => formatter.write_str("\\b")?,
                '\u{c}' => formatter.write_str("\\f")?,
                '\u{b}' => formatter.write_str("\\v")?,
                '\n' | '\r' | '\t' => write!(formatter, "{}", letter.escape_default())?,
                '\0'..' ' | '\u{7f}' => write!(formatter, "\\x{:02x}", u32::from(letter))?,
                letter if is_printable(letter) => write!(formatter, "{letter}")?,
                '\u{80}'..='\u{ffff}' => write!(formatter, "\\u{:04x}", u32::from(letter))?,
                letter => write!(formatter, "\\U{:08x}", u32::from(letter))?,
            }
        }
        formatter.write_str("\"")
    }
}

/// Whether the letter shows. Marks that join the letter before them do, though a letter's own debug form escapes them.
fn is_printable(letter: char) -> bool {
    letter.is_ascii()
        || !format!("a{letter}")
            .escape_debug()
            .any(|shown| shown == '\\')
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn letters_that_do_not_show_are_escaped_as_in_go() {
        for (text, quoted) in [
            ("", r#""""#),
            ("/pods/a'b", r#""/pods/a'b""#),
            ("a\"b\\", r#""a\"b\\""#),
            ("\0\u{1}\u{7f}", r#""\x00\x01\x7f""#),
            ("\u{7}\u{8}\t\n\u{b}\u{c}\r", r#""\a\b\t\n\v\f\r""#),
            ("caf\u{e9} cafe\u{301}", "\"caf\u{e9} cafe\u{301}\""),
            ("\u{80}\u{2028}\u{e000}", r#""\u0080\u2028\ue000""#),
            ("\u{e0001}", r#""\U000e0001""#),
        ] {
            assert_eq!(Quoted(text).to_string(), quoted);
        }
    }
}
