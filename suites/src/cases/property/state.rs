use storeproof::storage::{ListOptions, ResourceVersion};
use storeproof_fixtures::objects::Pod;

use super::{describe, operation::Name, versions::Versions};
use crate::harness::{Fault, Instance, Verdict, unexpected};

/// What a failing request must leave as it is.
#[derive(PartialEq)]
pub(super) struct State {
    items: Vec<Pod>,
    count: i64,
    current: ResourceVersion,
    /// The bytes at the key of the request, where they can be had.
    bytes: Option<Vec<u8>>,
}

impl State {
    /// The state of a store now, looked at closely at the object that the request is about.
    pub(super) async fn of(instance: &Instance, name: Option<Name>) -> Verdict<Self> {
        let store = &instance.store;
        let list = store.get_list("/pods/", &ListOptions::default()).await;
        let list = list.map_err(|failed| {
            unexpected("everything can be listed", describe::error(&failed.error))
        })?;
        Ok(Self {
            items: list.items,
            count: store.stats().await?.object_count,
            current: store.current_resource_version().await?,
            bytes: match name {
                Some(name) => bytes(instance, &name.key()).await?,
                None => None,
            },
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The state, as far as it differs from another one.
    pub(super) fn tell(&self, versions: &Versions, other: &Self) -> String {
        let mut told = Vec::new();
        if self.items != other.items {
            let items: Vec<_> = self
                .items
                .iter()
                .map(|item| describe::object(versions, item))
                .collect();
            told.push(format!("the list is [{}]", items.join(", ")));
        }
        if self.count != other.count {
            told.push(format!("the count is {}", self.count));
        }
        if self.current != other.current {
            let ahead = self.current.get().saturating_sub(versions.last().get());
            told.push(match ahead {
                0 => "the version is that of the last write".to_owned(),
                ahead => format!("the version is {ahead} ahead of the last write"),
            });
        }
        if self.bytes != other.bytes {
            told.push(match self.bytes.as_ref().map(Vec::len) {
                Some(length) => format!("{length} bytes are stored at the key"),
                None => "nothing is stored at the key".to_owned(),
            });
        }
        told.join(", ")
    }
}

async fn bytes(instance: &Instance, key: &str) -> Verdict<Option<Vec<u8>>> {
    let Some(raw_get) = &instance.hooks.raw_get else {
        return Ok(None);
    };
    let full = instance.keys.prepare(key, false);
    let full = full.map_err(|error| Fault::Broken(error.to_string()))?;
    raw_get(full)
        .await
        .map_err(|error| Fault::hook("raw bytes", error))
}
