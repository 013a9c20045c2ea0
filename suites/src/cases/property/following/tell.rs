//! Objects, lists and events in few words, with versions named after writes.

use storeproof::storage::{Event, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt};

use crate::cases::property::versions::Versions;

pub(super) fn object(versions: &Versions, pod: &Pod) -> String {
    let label = |name| pod.metadata.labels.as_ref()?.get(name).map(String::as_str);
    let annotations = pod.metadata.annotations.as_ref();
    let value = annotations.and_then(|all| all.get("value"));
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
    let even = match label("even") {
        Some("true") => Some("even".to_owned()),
        Some(_) => Some("odd".to_owned()),
        None => None,
    };
    let parts = [
        even,
        node.map(|node| format!("on {node}")),
        value.map(|value| format!("value {value}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!(
        "{}/{}@{}{{{}}}",
        pod.metadata.namespace.as_deref().unwrap_or("?"),
        pod.name(),
        versions.name(pod.version()),
        parts.join(", "),
    )
}

pub(super) fn objects(versions: &Versions, pods: &[Pod]) -> String {
    let told: Vec<String> = pods.iter().map(|pod| object(versions, pod)).collect();
    format!("[{}]", told.join(", "))
}

pub(super) fn event(versions: &Versions, event: &Event<Pod>) -> String {
    match event {
        Event::Added(pod) | Event::Modified(pod) | Event::Deleted(pod) => {
            format!("{} {}", event.kind(), object(versions, pod))
        }
        Event::Bookmark(bookmark) => {
            let end = if bookmark.initial_events_end {
                ", end of the state"
            } else {
                ""
            };
            let at = version(versions, bookmark.resource_version);
            format!("BOOKMARK at {at}{end}")
        }
        Event::Error(status) => format!("ERROR {}", status.code.unwrap_or_default()),
    }
}

pub(super) fn events(versions: &Versions, events: &[Event<Pod>]) -> String {
    let told: Vec<String> = events
        .iter()
        .map(|one| self::event(versions, one))
        .collect();
    format!("[{}]", told.join(", "))
}

pub(super) fn version(versions: &Versions, at: ResourceVersion) -> String {
    versions.name_at(at)
}
