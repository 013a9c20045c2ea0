use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::key::clean_path;

const VERSION: &str = "meta.k8s.io/v1";

/// Why a continue token cannot be read or made (store §3.8.3).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token at all, and why.
    #[error("continue key is not valid: {0}")]
    NotValid(String),
    /// A token without a version to go on from.
    #[error(
        "continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)"
    )]
    NoRevision,
    /// A token without a key to go on from.
    #[error("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)")]
    NoStart,
    /// A token of another format.
    #[error("continue key is not valid: server does not recognize this encoded version {0:?}")]
    Version(String),
    /// The key to go on from lies outside the list.
    #[error("unable to encode next field: the key and key prefix do not match")]
    Foreign,
}

/// Where the next page of a list begins, byte-compatible with the API server's tokens (store §3.8).
///
/// A token is confined to the prefix it is read with: whatever it holds, [`ContinueToken::decode`] yields a key below
/// that prefix or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinueToken {
    /// The first full key of the next page.
    pub start: String,
    /// The revision that all pages are read at; negative means the latest.
    pub revision: i64,
}

#[derive(Serialize)]
struct Written<'a> {
    v: &'a str,
    rv: i64,
    start: &'a str,
}

/// Tokens are read as leniently as the API server reads them: unknown members are ignored, missing ones are empty.
#[derive(Deserialize)]
struct Read {
    #[serde(default, alias = "V")]
    v: String,
    #[serde(default, alias = "RV", alias = "Rv", alias = "rV")]
    rv: i64,
    #[serde(default, alias = "Start", alias = "START")]
    start: String,
}

impl ContinueToken {
    /// The opaque text for a page that begins at full key `start` of the list at full prefix `prefix`.
    ///
    /// # Errors
    ///
    /// [`TokenError::Foreign`] where the key does not lie below the prefix.
    pub fn encode(start: &str, prefix: &str, revision: i64) -> Result<String, TokenError> {
        let relative = start
            .strip_prefix(prefix)
            .filter(|relative| *relative != start)
            .ok_or(TokenError::Foreign)?;
        let written = Written {
            v: VERSION,
            rv: revision,
            start: relative,
        };
        let json =
            serde_json::to_string(&written).expect("strings and an integer always serialise");
        Ok(URL_SAFE_NO_PAD.encode(escape(json)))
    }

    /// Reads a token for the list at full prefix `prefix`.
    ///
    /// # Errors
    ///
    /// What is wrong with the token; nothing is ever read outside the prefix.
    pub fn decode(token: &str, prefix: &str) -> Result<Self, TokenError> {
        let not_valid = |cause: String| TokenError::NotValid(cause);
        let plain: String = token
            .chars()
            .filter(|letter| !matches!(letter, '\r' | '\n'))
            .collect();
        let json = URL_SAFE_NO_PAD
            .decode(plain)
            .map_err(|cause| not_valid(cause.to_string()))?;
        let read: Read =
            serde_json::from_slice(&json).map_err(|cause| not_valid(cause.to_string()))?;
        if read.v != VERSION {
            return Err(TokenError::Version(read.v));
        }
        if read.rv == 0 {
            return Err(TokenError::NoRevision);
        }
        if read.start.is_empty() {
            return Err(TokenError::NoStart);
        }
        let absolute = match read.start.strip_prefix('/') {
            Some(_) => read.start.clone(),
            None => format!("/{}", read.start),
        };
        if clean_path(&absolute) != absolute {
            return Err(not_valid(read.start));
        }
        Ok(Self {
            start: format!("{prefix}{}", absolute.trim_start_matches('/')),
            revision: read.rv,
        })
    }
}

/// The characters that the API server's JSON encoder always escapes; tokens are compared as text.
fn escape(json: String) -> String {
    const ESCAPED: [(char, &str); 5] = [
        ('<', "\\u003c"),
        ('>', "\\u003e"),
        ('&', "\\u0026"),
        ('\u{2028}', "\\u2028"),
        ('\u{2029}', "\\u2029"),
    ];
    if !json.contains(|letter| ESCAPED.iter().any(|(escaped, _)| *escaped == letter)) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        match ESCAPED.iter().find(|(from, _)| *from == letter) {
            Some((_, to)) => escaped.push_str(to),
            None => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{ContinueToken, Engine, TokenError, URL_SAFE_NO_PAD, VERSION};

    fn token(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    #[test]
    fn text_is_compact_json_in_url_safe_base64() {
        let text = ContinueToken::encode("/test/second/bar\0", "/test/", 9).expect("below");
        assert_eq!(
            text,
            token(r#"{"v":"meta.k8s.io/v1","rv":9,"start":"second/bar\u0000"}"#)
        );
        let read = ContinueToken::decode(&text, "/test/").expect("its own prefix");
        assert_eq!(
            (read.start.as_str(), read.revision),
            ("/test/second/bar\0", 9)
        );
    }

    #[test]
    fn a_key_outside_the_prefix_makes_no_token() {
        for (start, prefix) in [("/other/key", "/test/"), ("/test/", "")] {
            assert_eq!(
                ContinueToken::encode(start, prefix, 1),
                Err(TokenError::Foreign)
            );
        }
    }

    #[test]
    fn damaged_tokens_are_told_apart() {
        let of = |v: &str, rv: i64, start: &str| {
            token(&format!(r#"{{"v":"{v}","rv":{rv},"start":"{start}"}}"#))
        };
        let decode = |text: &str| ContinueToken::decode(text, "/test/").expect_err(text);
        assert_eq!(decode(&of(VERSION, 0, "key")), TokenError::NoRevision);
        assert_eq!(decode(&of(VERSION, 1, "")), TokenError::NoStart);
        for version in ["", "v1"] {
            assert_eq!(
                decode(&of(version, 1, "key")),
                TokenError::Version(version.to_owned())
            );
        }
        for start in ["../key", "./key", "./../key", "key/../..", "a//b", "ns/"] {
            assert_eq!(
                decode(&of(VERSION, 1, start)),
                TokenError::NotValid(start.to_owned())
            );
        }
        assert!(matches!(decode("%%%"), TokenError::NotValid(_)));
        assert!(matches!(decode(&token("[")), TokenError::NotValid(_)));
        let root = ContinueToken::decode(&of(VERSION, 1, "/"), "/test/").expect("the root");
        assert_eq!(root.start, "/test/");
    }
}
