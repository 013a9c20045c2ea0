use std::collections::HashMap;

use serde::de::IgnoredAny;
use serde_json::Value;

/// An object does not say of which kind and version it is. Nobody could read it without knowing, so it is damaged
/// (backend §8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Object '{0}' is missing")]
pub(super) struct Missing(&'static str);

const KIND: &str = "kind";
const VERSION: &str = "apiVersion";

/// Whether the JSON of an object, which was read already, says what it is.
pub(super) fn in_json(json: &[u8]) -> Result<(), Missing> {
    if begins_with_both(json).is_some() {
        return Ok(());
    }
    let members: HashMap<String, IgnoredAny> = serde_json::from_slice(json).unwrap_or_default();
    check(|name| members.contains_key(name))
}

/// Whether an object says what it is.
pub(super) fn in_value(value: &Value) -> Result<(), Missing> {
    check(|name| value.get(name).is_some())
}

fn check(has: impl Fn(&str) -> bool) -> Result<(), Missing> {
    match (has(KIND), has(VERSION)) {
        (true, true) => Ok(()),
        (false, _) => Err(Missing("Kind")),
        (true, false) => Err(Missing("apiVersion")),
    }
}

/// Most of what is stored has both first, which is seen without reading the rest a second time.
fn begins_with_both(json: &[u8]) -> Option<()> {
    let rest = json.strip_prefix(b"{\"")?;
    let (first, rest) = member(rest)?;
    let (second, _) = member(rest.strip_prefix(b",\"")?)?;
    (first != second).then_some(())
}

/// The name of a member, if it is one of the two, and what follows its text.
fn member(json: &[u8]) -> Option<(&'static str, &[u8])> {
    let (name, rest) = [(KIND, &b"kind\":\""[..]), (VERSION, b"apiVersion\":\"")]
        .into_iter()
        .find_map(|(name, lead)| Some((name, json.strip_prefix(lead)?)))?;
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some((name, rest.get(end..)?.strip_prefix(b"\"")?))
}

#[cfg(test)]
mod tests {
    use super::{Missing, in_json};

    #[test]
    fn both_are_found_wherever_they_stand() {
        for (json, missing) in [
            (r#"{"kind":"Pod","apiVersion":"v1"}"#, None),
            (r#"{"apiVersion":"v1","kind":"Pod","metadata":{}}"#, None),
            (
                r#" { "metadata": {}, "kind": "Pod", "apiVersion": "v1" }"#,
                None,
            ),
            (r#"{"kind":"a\"b","apiVersion":"v1"}"#, None),
            ("{}", Some("Kind")),
            (
                r#"{"apiVersion":"v1","metadata":{"kind":"Pod"}}"#,
                Some("Kind"),
            ),
            (r#"{"apiVersion":"v1","apiVersion":"v1"}"#, Some("Kind")),
            (
                r#"{"kind":"Pod","metadata":{"apiVersion":"v1"}}"#,
                Some("apiVersion"),
            ),
        ] {
            let found = in_json(json.as_bytes()).err();
            assert_eq!(found, missing.map(Missing), "{json}");
        }
    }
}
