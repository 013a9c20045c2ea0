use serde::{Deserialize, Serialize};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use super::operation::Content;

/// One of few objects, so that operations meet. Namespaces are prefixes of each other on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Name {
    pub(super) namespace: u8,
    pub(super) name: u8,
}

/// Bytes below and above the slash follow common beginnings, so that the order of keys is not that of segments.
const NAMESPACES: [&str; 3] = ["ns", "ns2", "ns-1"];
const NAMES: [&str; 6] = ["a", "a-b", "b", "c", "a.b", "a0"];

impl Name {
    /// How many most sequences use.
    pub(super) const NAMESPACES: u8 = 2;
    pub(super) const NAMES: u8 = 4;
    /// How many there are.
    pub(super) const ALL_NAMESPACES: u8 = 3;
    pub(super) const ALL_NAMES: u8 = 6;

    pub(super) fn namespace(self) -> &'static str {
        NAMESPACES
            .get(usize::from(self.namespace))
            .copied()
            .unwrap_or("ns")
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.get(usize::from(self.name)).copied().unwrap_or("a")
    }

    pub(super) fn key(self) -> String {
        key(self.namespace(), self.name())
    }

    pub(super) fn pod(self, content: Content) -> Pod {
        pod(self.namespace(), self.name())
            .uid(if content.uid { "uid-1" } else { "uid-0" })
            .label("even", if content.even { "true" } else { "false" })
            .annotation("value", &content.value.to_string())
    }
}
