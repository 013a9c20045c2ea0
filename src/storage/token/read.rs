use std::fmt;

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::general_purpose::{GeneralPurpose, NO_PAD},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

/// The alphabet without padding, as lenient as Go's: the bits that the last letter has too many need not be zero.
const RAW_URL: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// What a token says, before anybody asks whether it makes sense.
///
/// Tokens are read as leniently as the API server reads them: members may be spelled in any case, those that nobody
/// knows are ignored, missing ones are empty, of several the last one counts, `null` says nothing (store §3.8.3).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) version: String,
    pub(super) revision: i64,
    pub(super) start: String,
}

impl Written {
    /// # Errors
    ///
    /// The text is not base64, or what is in it is not the JSON of a token.
    pub(super) fn read(token: &str) -> Result<Self, String> {
        let plain: String = token
            .chars()
            .filter(|letter| !matches!(letter, '\r' | '\n'))
            .collect();
        let json = RAW_URL.decode(plain).map_err(|cause| cause.to_string())?;
        serde_json::from_str(&replacing_invalid(&json)).map_err(|cause| cause.to_string())
    }
}

/// Every byte that is not UTF-8 becomes a replacement character of its own.
fn replacing_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members)
    }
}

/// An object, or `null`. Anything else is no token, an array least of all.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Written;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the members of a token")
    }

    fn visit_unit<E: Error>(self) -> Result<Written, E> {
        Ok(Written::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Written, A::Error> {
        let mut written = Written::default();
        while let Some(Text(name)) = members.next_key()? {
            if is_spelled(&name, "v") {
                if let Some(Text(version)) = members.next_value()? {
                    written.version = version;
                }
            } else if is_spelled(&name, "rv") {
                if let Some(Number(revision)) = members.next_value()? {
                    written.revision = revision;
                }
            } else if is_spelled(&name, "start") {
                if let Some(Text(start)) = members.next_value()? {
                    written.start = start;
                }
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(written)
    }
}

/// Whether a member has this name in any case. To Unicode the long s is an s as well.
fn is_spelled(found: &str, name: &str) -> bool {
    found.chars().count() == name.len()
        && found.chars().zip(name.chars()).all(|(found, wanted)| {
            found.eq_ignore_ascii_case(&wanted) || (found == '\u{17f}' && wanted == 's')
        })
}

/// A text. Halves of surrogate pairs in it become replacement characters.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes: a text with half a pair would be refused.
        deserializer.deserialize_bytes(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<String, E> {
        // Nothing but halves of pairs is invalid by now, and each of them has three bytes.
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if chunk.invalid().first().is_some_and(|byte| *byte == 0xed) {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Ok(text)
    }
}

/// A whole number in digits: neither a fraction nor an exponent.
struct Number(i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor).map(Self)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = i64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<i64, E> {
        // How `-0` arrives.
        if number == 0.0 && number.is_sign_negative() {
            return Ok(0);
        }
        Err(E::custom(format!("{number} is not a whole number")))
    }
}
