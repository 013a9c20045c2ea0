use std::{collections::BTreeMap, fmt, str::FromStr};

pub use kube_core::labels::Selector as LabelSelector;

use super::Error;

/// One term of a field selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRequirement {
    /// The field's path, such as `metadata.name`.
    pub field: String,
    /// The value it is compared with.
    pub value: String,
    /// Whether the value must be this one, or any other.
    pub equal: bool,
}

/// A conjunction of terms over the fields of an object. A field that an object lacks reads as empty (store §1.6).
///
/// ```
/// use storeproof::storage::FieldSelector;
///
/// let selector: FieldSelector = "metadata.name=a,spec.nodeName!=b".parse()?;
/// assert!(selector.matches(&[("metadata.name".into(), "a".into())].into()));
/// # Ok::<(), storeproof::storage::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector(Vec<FieldRequirement>);

impl FieldSelector {
    /// Whether there is no term, so that everything matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The terms.
    pub fn requirements(&self) -> &[FieldRequirement] {
        &self.0
    }

    /// Whether all terms hold.
    pub fn matches(&self, fields: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|term| {
            let found = fields.get(&term.field).map_or("", String::as_str);
            (found == term.value) == term.equal
        })
    }

    /// The value that `field` must have, where a term demands one.
    pub fn requires_exactly(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|term| term.equal && term.field == field)
            .map(|term| term.value.as_str())
    }
}

impl FromStr for FieldSelector {
    type Err = Error;

    /// Terms are separated by commas and compare with `=`, `==` or `!=`; the first of these ends the field's path. In
    /// values a backslash stands before each comma, equals sign and backslash. Blanks count, empty terms do not.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut terms = split_terms(text);
        // As the API's own parser does: what a selector is called does not depend on how it was written.
        terms.sort_unstable();
        terms
            .into_iter()
            .filter(|term| !term.is_empty())
            .map(|term| requirement(term).ok_or_else(|| refused(text, term)))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn refused(selector: &str, term: &str) -> Error {
    Error::Plain(format!(
        "invalid selector: '{selector}'; can't understand '{term}'"
    ))
}

/// The text between commas that no backslash stands before.
fn split_terms(text: &str) -> Vec<&str> {
    let mut escaped = false;
    text.split(move |letter| {
        let splits = letter == ',' && !escaped;
        escaped = letter == '\\' && !escaped;
        splits
    })
    .collect()
}

fn requirement(term: &str) -> Option<FieldRequirement> {
    let (position, operator) = term.char_indices().find_map(|(position, _)| {
        let rest = term.get(position..)?;
        let operator = ["!=", "==", "="].iter().find(|one| rest.starts_with(**one));
        Some((position, *operator?))
    })?;
    Some(FieldRequirement {
        field: term.get(..position)?.to_owned(),
        value: unescape(term.get(position + operator.len()..)?)?,
        equal: operator != "!=",
    })
}

fn unescape(value: &str) -> Option<String> {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => letters.next().filter(|next| is_special(*next))?,
            ',' | '=' => return None,
            other => other,
        });
    }
    Some(plain)
}

fn is_special(letter: char) -> bool {
    matches!(letter, '\\' | ',' | '=')
}

impl fmt::Display for FieldSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, term) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            let operator = if term.equal { "=" } else { "!=" };
            write!(formatter, "{comma}{}{operator}", term.field)?;
            for letter in term.value.chars() {
                let escape = if is_special(letter) { "\\" } else { "" };
                write!(formatter, "{escape}{letter}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::FieldSelector;

    fn selector(text: &str) -> FieldSelector {
        text.parse().expect(text)
    }

    #[test]
    fn terms_are_read_as_the_api_reads_them() {
        for (text, canonical) in [
            ("", ""),
            (",,", ""),
            ("a=1", "a=1"),
            ("a==1", "a=1"),
            ("b!=2,a=1", "a=1,b!=2"),
            ("a=", "a="),
            ("a= 1", "a= 1"),
            (r"a=x\,y\=z\\", r"a=x\,y\=z\\"),
        ] {
            assert_eq!(selector(text).to_string(), canonical, "{text}");
        }
        for text in ["a", "a=b=c", "a!==1", r"a=\b", r"a=b\", "a=b!=c", "a=1,b"] {
            assert!(text.parse::<FieldSelector>().is_err(), "{text}");
        }
        let error = "a=1,b".parse::<FieldSelector>().expect_err("no operator");
        assert_eq!(
            error.to_string(),
            "invalid selector: 'a=1,b'; can't understand 'b'"
        );
    }

    #[test]
    fn a_missing_field_reads_as_empty() {
        let fields = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            let owned = pairs
                .iter()
                .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()));
            owned.collect()
        };
        for (text, pairs, matches) in [
            ("", [].as_slice(), true),
            ("a=", &[], true),
            ("a!=", &[], false),
            ("a!=1", &[], true),
            ("a=1", &[("a", "1")], true),
            ("a=1", &[("a", "2")], false),
            ("a=1,b!=2", &[("a", "1"), ("b", "3")], true),
            ("a=1,b!=2", &[("a", "1"), ("b", "2")], false),
            ("a=1,a=2", &[("a", "1")], false),
        ] {
            assert_eq!(selector(text).matches(&fields(pairs)), matches, "{text}");
        }
    }

    #[test]
    fn only_equality_demands_a_value() {
        assert_eq!(selector("a=1,b!=2").requires_exactly("a"), Some("1"));
        assert_eq!(selector("a=1,b!=2").requires_exactly("b"), None);
        assert_eq!(selector("a=").requires_exactly("a"), Some(""));
        assert_eq!(selector("a=2,a=1").requires_exactly("a"), Some("1"));
    }
}
