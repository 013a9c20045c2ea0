use std::fmt;

use storeproof_wire::mvccpb::{Event, KeyValue, event::EventType};

/// An event as cases compare it: what happened to which key, and in which revision.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    kind: &'static str,
    name: String,
    revision: i64,
}

impl Seen {
    /// A key was written.
    pub(crate) fn put(name: impl Into<String>, revision: i64) -> Self {
        Self::new("PUT", name, revision)
    }

    /// A key was deleted.
    pub(crate) fn deleted(name: impl Into<String>, revision: i64) -> Self {
        Self::new("DELETE", name, revision)
    }

    /// The revision.
    pub(crate) fn revision(&self) -> i64 {
        self.revision
    }

    /// What `event` says. Names are what follows `prefix`.
    pub(crate) fn of(event: &Event, prefix: &[u8]) -> Self {
        let kind = match event.r#type {
            kind if kind == EventType::Put as i32 => "PUT",
            kind if kind == EventType::Delete as i32 => "DELETE",
            _ => "UNKNOWN",
        };
        let kv = key_value(event);
        let name = kv.key.strip_prefix(prefix).unwrap_or(&kv.key);
        Self::new(kind, name.escape_ascii().to_string(), kv.mod_revision)
    }

    fn new(kind: &'static str, name: impl Into<String>, revision: i64) -> Self {
        Self {
            kind,
            name: name.into(),
            revision,
        }
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}@{}", self.kind, self.name, self.revision)
    }
}

/// The key and value of an event; an empty one where it has none.
pub(crate) fn key_value(event: &Event) -> KeyValue {
    event.kv.clone().unwrap_or_default()
}

/// The revision of an event.
pub(crate) fn revision_of(event: &Event) -> i64 {
    event.kv.as_ref().map_or(0, |kv| kv.mod_revision)
}
