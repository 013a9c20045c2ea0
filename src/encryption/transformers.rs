use std::{collections::HashMap, fmt, sync::Arc};

use crate::{
    storage::GroupResource,
    value::{Identity, Transformer},
};

use super::resource::Covered;

/// How the resources of a configuration are protected (backend §7.11).
///
/// What counts for a resource is its own entry, else that of its group, else that of all. Where there is none, values are
/// stored as they are, and encrypted ones are not read.
pub struct Transformers {
    resources: HashMap<GroupResource, Protection>,
    groups: HashMap<String, Protection>,
    all: Protection,
}

/// A transformer, and whether it answers at once.
#[derive(Clone)]
pub(super) struct Protection {
    pub(super) transformer: Arc<dyn Transformer>,
    /// It asks nobody else. Whoever only lends it for a moment can take the answer with it.
    pub(super) is_local: bool,
}

impl Transformers {
    pub(super) fn new(rules: impl IntoIterator<Item = (Covered, Protection)>) -> Self {
        let mut transformers = Self {
            resources: HashMap::new(),
            groups: HashMap::new(),
            all: Protection {
                transformer: Arc::new(Identity),
                is_local: true,
            },
        };
        for (covered, protection) in rules {
            match covered {
                Covered::Resource(resource) => {
                    transformers.resources.insert(resource, protection);
                }
                Covered::Group(group) => {
                    transformers.groups.insert(group, protection);
                }
                Covered::All => transformers.all = protection,
            }
        }
        transformers
    }

    /// The transformer of a resource.
    pub fn for_resource(&self, resource: &GroupResource) -> Arc<dyn Transformer> {
        Arc::clone(&self.protection(resource).transformer)
    }

    pub(super) fn protection(&self, resource: &GroupResource) -> &Protection {
        self.resources
            .get(resource)
            .or_else(|| self.groups.get(&resource.group))
            .unwrap_or(&self.all)
    }
}

impl fmt::Debug for Transformers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transformers")
            .field("resources", &self.resources.keys())
            .field("groups", &self.groups.keys())
            .finish_non_exhaustive()
    }
}
