//! How what histories speak of is kept in objects: keys, contents, versions.

use storeproof::storage::{Object, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt, pod};

use crate::judge::{Content, Key, Seen, Version, watch::Selection};

/// Where objects live whose key names no namespace.
const NAMESPACE: &str = "ns";
/// Holds the content of an object.
const CONTENT: &str = "content";
/// Holds what is left of the content, for selections.
pub(super) const REMAINDER: &str = "remainder";

/// The namespace and the name of the object that a history calls so: `namespace/name`, or a name alone.
pub(super) fn place(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or((NAMESPACE, key))
}

/// What a history calls an object.
pub(super) fn key_in_history(pod: &Pod) -> Key {
    match pod.metadata.namespace.as_deref() {
        Some(NAMESPACE) | None => pod.name().into(),
        Some(namespace) => format!("{namespace}/{}", pod.name()).into(),
    }
}

/// A new object that a history calls so, and that holds nothing.
pub(super) fn empty(key: &str) -> Pod {
    let (namespace, name) = place(key);
    pod(namespace, name)
}

/// The same object holding a content.
pub(super) fn filled(pod: Pod, content: Content) -> Pod {
    let remainder = content.0 % Selection::DIVISOR;
    pod.annotation(CONTENT, &content.0.to_string())
        .label(REMAINDER, &remainder.to_string())
}

/// An object that holds nothing that a client wrote has the content zero, which none writes.
pub(super) fn seen(pod: &Pod) -> Seen {
    let annotations = pod.metadata.annotations.as_ref();
    let content = annotations.and_then(|found| found.get(CONTENT)?.parse().ok());
    Seen {
        version: version(pod),
        content: Content(content.unwrap_or_default()),
    }
}

/// What an object holds that a recorded client wrote; zero where none did.
pub fn content_of(pod: &Pod) -> Content {
    seen(pod).content
}

pub(super) fn version(pod: &Pod) -> Version {
    in_history(pod.resource_version().unwrap_or_default())
}

/// What a history calls a version.
pub(super) fn in_history(version: ResourceVersion) -> Version {
    Version::new(version.get())
}

#[cfg(test)]
mod tests {
    use super::{empty, key_in_history};

    #[test]
    fn an_object_is_called_as_it_was_written() {
        for key in ["a", "in/a"] {
            assert_eq!(&*key_in_history(&empty(key)), key);
        }
    }
}
