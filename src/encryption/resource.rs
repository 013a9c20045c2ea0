use std::fmt;

use crate::storage::{GroupResource, Quoted};

const EVERY: &str = "*";

/// What a rule of the configuration covers. Sorted from the narrow to the wide: the first one that fits a resource counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Covered {
    /// One resource.
    Resource(GroupResource),
    /// All resources of a group; the core group has an empty name.
    Group(String),
    /// All resources of all groups.
    All,
}

/// A name of the configuration: what is before the first dot is the resource, the rest the group.
pub(super) fn parse(name: &str) -> GroupResource {
    let (resource, group) = name.split_once('.').unwrap_or((name, ""));
    GroupResource::new(group, resource)
}

/// Whether a name means all resources of its group.
pub(super) fn is_wildcard(name: &GroupResource) -> bool {
    name.resource == EVERY
}

/// Whether a name means all groups.
pub(super) fn is_any_group(name: &GroupResource) -> bool {
    name.group == EVERY
}

impl Covered {
    /// What a valid name of the configuration covers.
    pub(super) fn of(name: &str) -> Self {
        let name = parse(name);
        match (is_wildcard(&name), is_any_group(&name)) {
            (true, true) => Self::All,
            (true, false) => Self::Group(name.group),
            (false, _) => Self::Resource(name),
        }
    }

    /// The rules that would leave nothing for this one, if they came first; a group or everything, by itself too.
    pub(super) fn masks(&self) -> Vec<Self> {
        match self {
            Self::Resource(resource) => vec![Self::Group(resource.group.clone()), Self::All],
            Self::Group(_) => vec![self.clone(), Self::All],
            Self::All => vec![Self::All],
        }
    }
}

/// As the file names it, between quotes.
impl fmt::Display for Covered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Resource(resource) => resource.to_string(),
            Self::Group(group) => format!("*.{group}"),
            Self::All => "*.*".to_owned(),
        };
        write!(formatter, "{}", Quoted(&name))
    }
}
