use std::any::type_name;

use opentelemetry::KeyValue;

use crate::{
    storage::{ListOptions, Object, ResourceVersionMatch},
    telemetry::trace::Operation,
};

use super::Store;

/// What the spans of operations are called, and what they say (backend §1.11). Watches and deletions have none.
impl<T: Object> Store<T> {
    pub(super) fn read_begins(&self, name: &'static str, key: &str) -> Operation {
        Operation::begin(
            self.tracing.as_ref(),
            || name.into(),
            || self.place(key, None),
        )
    }

    pub(super) fn write_begins(&self, name: &'static str, key: &str) -> Operation {
        let kind = || self.place(key, Some(type_name::<T>()));
        Operation::begin(self.tracing.as_ref(), || name.into(), kind)
    }

    pub(super) fn list_begins(&self, key: &str, options: &ListOptions<T>) -> Operation {
        let name = || format!("List(recursive={}) etcd3", options.recursive).into();
        Operation::begin(self.tracing.as_ref(), name, || {
            let matching = match &options.resource_version_match {
                ResourceVersionMatch::Unset => "",
                ResourceVersionMatch::Exact => "Exact",
                ResourceVersionMatch::NotOlderThan => "NotOlderThan",
                ResourceVersionMatch::Other(text) => text,
            };
            let predicate = &options.predicate;
            vec![
                KeyValue::new("key", key.to_owned()),
                KeyValue::new("resourceVersion", options.resource_version.clone()),
                KeyValue::new("resourceVersionMatch", matching.to_owned()),
                KeyValue::new("limit", predicate.limit),
                KeyValue::new("continue", predicate.continue_token.clone()),
            ]
        })
    }

    fn place(&self, key: &str, kind: Option<&'static str>) -> Vec<KeyValue> {
        let key = KeyValue::new("key", key.to_owned());
        let kind = kind.map(|kind| KeyValue::new("type", kind));
        let group = KeyValue::new("group", self.resource.group.clone());
        let resource = KeyValue::new("resource", self.resource.resource.clone());
        [Some(key), kind, Some(group), Some(resource)]
            .into_iter()
            .flatten()
            .collect()
    }
}
