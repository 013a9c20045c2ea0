use std::{collections::BTreeMap, error::Error as StdError, fmt, sync::Arc};

use kube_core::SelectorExt;

use super::{FieldSelector, LabelSelector, Object};

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
        (self.attributes)(object).is_ok_and(|found| {
            SelectorExt::matches(&self.label, &found.labels) && self.field.matches(&found.fields)
        })
    }
}

impl<T: 'static> SelectionPredicate<T> {
    /// Every object, all at once.
    pub fn everything() -> Self {
        Self {
            label: LabelSelector::default(),
            field: FieldSelector::default(),
            attributes: Arc::new(|_| Ok(Attributes::default())),
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
            attributes: Arc::new(|object: &T| Ok(metadata_attributes(object))),
            ..Self::everything()
        }
    }
}

/// Labels, name and namespace: what every namespaced object can be selected by.
fn metadata_attributes<T: Object>(object: &T) -> Attributes {
    let metadata = object.metadata();
    let field = |value: &Option<String>| value.clone().unwrap_or_default();
    Attributes {
        labels: metadata.labels.clone().unwrap_or_default(),
        fields: BTreeMap::from([
            ("metadata.name".to_owned(), field(&metadata.name)),
            ("metadata.namespace".to_owned(), field(&metadata.namespace)),
        ]),
    }
}

// By hand: derived, it would ask for `T: Clone`.
impl<T> Clone for SelectionPredicate<T> {
    fn clone(&self) -> Self {
        Self {
            label: self.label.clone(),
            field: self.field.clone(),
            attributes: Arc::clone(&self.attributes),
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
