use std::{collections::BTreeMap, error::Error as StdError, fmt, sync::Arc};

use kube_core::{Expression, SelectorExt};

use super::{FieldSelector, LabelSelector, Object};

const NAME: &str = "metadata.name";
const NAMESPACE: &str = "metadata.namespace";

/// What selectors look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The object's labels.
    pub labels: BTreeMap<String, String>,
    /// The object's selectable fields by path.
    pub fields: BTreeMap<String, String>,
}

/// Why an object's attributes cannot be had.
pub type AttributeError = Box<dyn StdError + Send + Sync>;

/// Makes attributes of an object. An error means that the object matches nothing.
pub type GetAttributes<T> = Arc<dyn Fn(&T) -> Result<Attributes, AttributeError> + Send + Sync>;

/// Which objects of a collection, how many, and from where on (store §1.6).
pub struct SelectionPredicate<T> {
    /// A condition on labels.
    pub label: LabelSelector,
    /// A condition on fields.
    pub field: FieldSelector,
    /// Makes the attributes; never called where both selectors are empty.
    pub attributes: GetAttributes<T>,
    /// Labels that whoever serves the request may have an index of. Stores without any ignore them.
    pub index_labels: Vec<String>,
    /// Fields that whoever serves the request may have an index of.
    pub index_fields: Vec<String>,
    /// At most so many objects; zero and less mean all.
    pub limit: i64,
    /// Where a list goes on; empty means at its start.
    pub continue_token: String,
    /// Whether a watch may send bookmarks.
    pub allow_watch_bookmarks: bool,
}

impl<T> SelectionPredicate<T> {
    /// Whether every object matches.
    pub fn is_empty(&self) -> bool {
        self.label.selects_all() && self.field.is_empty()
    }

    /// Whether the object matches. Attributes that cannot be had match nothing.
    pub fn matches(&self, object: &T) -> bool {
        if self.is_empty() {
            return true;
        }
        (self.attributes)(object).is_ok_and(|found| self.matches_attributes(&found))
    }

    /// Whether an object with these attributes matches.
    pub fn matches_attributes(&self, found: &Attributes) -> bool {
        SelectorExt::matches(&self.label, &found.labels) && self.field.matches(&found.fields)
    }

    /// The one name that can match, where the field selector demands one and the list begins at its start.
    pub fn matches_single(&self) -> Option<&str> {
        self.demanded(NAME)
    }

    /// The one namespace that can match, likewise.
    pub fn matches_single_namespace(&self) -> Option<&str> {
        self.demanded(NAMESPACE)
    }

    fn demanded(&self, field: &str) -> Option<&str> {
        self.field
            .requires_exactly(field)
            .filter(|_| self.continue_token.is_empty())
    }

    /// The indices that narrow the search, `f:` before a field's name and `l:` before a label's, each with the value to
    /// look up. A request for one namespace counts as a demand for it, unless the selector demands one itself.
    pub fn matcher_index(&self, request_namespace: Option<&str>) -> Vec<(String, String)> {
        let fields = self.index_fields.iter().filter_map(|field| {
            let requested = request_namespace.filter(|_| field == NAMESPACE);
            let value = self.field.requires_exactly(field).or(requested)?;
            Some((format!("f:{field}"), value.to_owned()))
        });
        let labels = self.index_labels.iter().filter_map(|label| {
            let value = demanded_label(&self.label, label)?;
            Some((format!("l:{label}"), value))
        });
        fields.chain(labels).collect()
    }
}

impl<T: 'static> SelectionPredicate<T> {
    /// Every object, all at once.
    pub fn everything() -> Self {
        Self {
            label: LabelSelector::default(),
            field: FieldSelector::default(),
            attributes: Arc::new(|_| Ok(Attributes::default())),
            index_labels: Vec::new(),
            index_fields: Vec::new(),
            limit: 0,
            continue_token: String::new(),
            allow_watch_bookmarks: false,
        }
    }
}

impl<T: Object> SelectionPredicate<T> {
    /// Objects that satisfy both selectors, over labels, `metadata.name` and `metadata.namespace`.
    pub fn selecting(label: LabelSelector, field: FieldSelector) -> Self {
        Self {
            label,
            field,
            attributes: metadata_attributes(),
            ..Self::everything()
        }
    }
}

/// Labels, `metadata.name` and `metadata.namespace`: what every object can be selected by. The namespace of an object that
/// has none is empty, which no selector tells from a field that is not there.
pub fn metadata_attributes<T: Object>() -> GetAttributes<T> {
    Arc::new(|object: &T| {
        let metadata = object.metadata();
        let field = |value: &Option<String>| value.clone().unwrap_or_default();
        Ok(Attributes {
            labels: metadata.labels.clone().unwrap_or_default(),
            fields: BTreeMap::from([
                (NAME.to_owned(), field(&metadata.name)),
                (NAMESPACE.to_owned(), field(&metadata.namespace)),
            ]),
        })
    })
}

/// The same attributes with fields that `add` puts in or changes. An error of either is the error of both.
pub fn with_fields<T: 'static>(
    attributes: GetAttributes<T>,
    add: impl Fn(&T, &mut BTreeMap<String, String>) -> Result<(), AttributeError>
    + Send
    + Sync
    + 'static,
) -> GetAttributes<T> {
    Arc::new(move |object| {
        let mut found = attributes(object)?;
        add(object, &mut found.fields)?;
        Ok(found)
    })
}

/// The value that the selector demands of a label. The first term about it decides.
fn demanded_label(selector: &LabelSelector, label: &str) -> Option<String> {
    let mut terms = selector.clone().into_iter();
    terms.find_map(|term| match term {
        Expression::Equal(name, value) if name == label => Some(Some(value)),
        Expression::In(name, values) if name == label => {
            let single = values.len() == 1;
            Some(values.into_iter().next().filter(|_| single))
        }
        Expression::NotEqual(name, _)
        | Expression::NotIn(name, _)
        | Expression::Exists(name)
        | Expression::DoesNotExist(name)
            if name == label =>
        {
            Some(None)
        }
        _ => None,
    })?
}

// By hand: derived, it would ask for `T: Clone`.
impl<T> Clone for SelectionPredicate<T> {
    fn clone(&self) -> Self {
        Self {
            label: self.label.clone(),
            field: self.field.clone(),
            attributes: Arc::clone(&self.attributes),
            index_labels: self.index_labels.clone(),
            index_fields: self.index_fields.clone(),
            limit: self.limit,
            continue_token: self.continue_token.clone(),
            allow_watch_bookmarks: self.allow_watch_bookmarks,
        }
    }
}

impl<T> fmt::Debug for SelectionPredicate<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SelectionPredicate")
            .field("label", &self.label.to_string())
            .field("field", &self.field.to_string())
            .field("limit", &self.limit)
            .field("continue_token", &self.continue_token)
            .field("allow_watch_bookmarks", &self.allow_watch_bookmarks)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "selection_tests.rs"]
mod tests;
