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

    /// Terms are separated by commas and compare with `=`, `==` or `!=`.
    fn from_str(text: &str) -> Result<Self, Error> {
        text.split(',')
            .filter(|term| !term.trim().is_empty())
            .map(|term| {
                let (field, value, equal) = term
                    .split_once("!=")
                    .map(|(field, value)| (field, value, false))
                    .or_else(|| term.split_once("==").map(|(field, value)| (field, value, true)))
                    .or_else(|| term.split_once('=').map(|(field, value)| (field, value, true)))
                    .ok_or_else(|| {
                        Error::Plain(format!(
                            "invalid field selector {term:?}: a term reads FIELD=VALUE or FIELD!=VALUE"
                        ))
                    })?;
                Ok(FieldRequirement {
                    field: field.trim().to_owned(),
                    value: value.trim().to_owned(),
                    equal,
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for FieldSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, term) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            let operator = if term.equal { "=" } else { "!=" };
            write!(formatter, "{comma}{}{operator}{}", term.field, term.value)?;
        }
        Ok(())
    }
}
