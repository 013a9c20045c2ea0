//! Continue tokens (store §3.8).

mod read;
#[cfg(test)]
mod tests;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use self::read::Written;
use super::{ResourceVersion, key::clean_path};

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
    #[error("continue key is not valid: server does not recognize this encoded version {0}")]
    Version(String),
    /// The key to go on from lies outside the list.
    #[error("unable to encode next field: the key and key prefix do not match")]
    Foreign,
}

/// Where the next page of a list begins, byte-compatible with the API server's tokens (store §3.8).
///
/// A token is confined to the prefix it is read with: whatever it holds, [`ContinueToken::decode`] yields a key below
/// that prefix or an error. It cannot name every key: an empty segment at the start of the relative key is lost on the
/// way, and one further on makes a token that is refused (store §3.8.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinueToken {
    /// The first full key of the next page.
    pub start: String,
    /// The revision that all pages are read at; negative means the latest.
    pub revision: i64,
}

impl ContinueToken {
    /// The opaque text for a page that begins at full key `start` of the list at full prefix `prefix`. Bytes that are
    /// not UTF-8 are replaced.
    ///
    /// # Errors
    ///
    /// [`TokenError::Foreign`] where the key does not lie below the prefix.
    pub fn encode(
        start: impl AsRef<[u8]>,
        prefix: &str,
        revision: i64,
    ) -> Result<String, TokenError> {
        let relative = start
            .as_ref()
            .strip_prefix(prefix.as_bytes())
            .filter(|_| !prefix.is_empty())
            .ok_or(TokenError::Foreign)?;
        let mut json = format!(r#"{{"v":"{VERSION}","rv":{revision},"start":""#);
        for chunk in relative.utf8_chunks() {
            push_escaped(&mut json, chunk.valid());
            json.extend(chunk.invalid().iter().map(|_| "\\ufffd"));
        }
        json.push_str("\"}");
        Ok(URL_SAFE_NO_PAD.encode(json))
    }

    /// The opaque text for the page after the full key `last`, of the list at full prefix `prefix` that is read at
    /// `revision`.
    ///
    /// # Errors
    ///
    /// As for [`ContinueToken::encode`].
    pub fn after(
        last: &str,
        prefix: &str,
        revision: ResourceVersion,
    ) -> Result<String, TokenError> {
        let revision = i64::try_from(revision.get()).expect("fewer than 2^63 revisions happen");
        Self::encode(format!("{last}\0"), prefix, revision)
    }

    /// Reads a token for the list at full prefix `prefix`.
    ///
    /// # Errors
    ///
    /// What is wrong with the token; nothing is ever read outside the prefix.
    pub fn decode(token: &str, prefix: &str) -> Result<Self, TokenError> {
        let Written {
            version,
            revision,
            start,
        } = Written::read(token).map_err(TokenError::NotValid)?;
        if version != VERSION {
            return Err(TokenError::Version(version));
        }
        if revision == 0 {
            return Err(TokenError::NoRevision);
        }
        if start.is_empty() {
            return Err(TokenError::NoStart);
        }
        let relative = start.strip_prefix('/').unwrap_or(&start);
        let absolute = format!("/{relative}");
        if clean_path(&absolute) != absolute {
            return Err(TokenError::NotValid(start));
        }
        Ok(Self {
            start: format!("{prefix}{relative}"),
            revision,
        })
    }
}

/// Adds a text as the API server's JSON encoder writes it: tokens are compared as text.
fn push_escaped(json: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                json.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            other => json.push(other),
        }
    }
}
