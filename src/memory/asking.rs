//! How the store asks its space: each request as the etcd3 store would send it, and noted like one.

use std::time::Duration;

use bytes::Bytes;

use super::{KeyValue, Snapshot, Store, Unreadable};
use crate::{
    requests::Request,
    storage::{Object, ResourceVersion},
};

impl<T: Object> Store<T> {
    /// The latest revision, and the value at the key then.
    pub(super) fn latest(&self, key: &str) -> (ResourceVersion, Option<KeyValue>) {
        self.note_get(key, None);
        self.space.latest(key)
    }

    /// The value at the key, now or at an earlier revision.
    pub(super) fn value_at(
        &self,
        key: &str,
        at: Option<ResourceVersion>,
    ) -> Result<Snapshot, Unreadable> {
        self.note_get(key, at);
        self.space.get(key, at)
    }

    /// The values below a prefix, from `start` on, now or at an earlier revision; at most `limit`, if there is one.
    pub(super) fn range(
        &self,
        prefix: &str,
        start: &str,
        at: Option<ResourceVersion>,
        limit: Option<usize>,
    ) -> Result<Snapshot, Unreadable> {
        self.requests.note(|| Request::List {
            start: start.to_owned(),
            end: end_of(prefix),
            limit: limit.map_or(0, |limit| i64::try_from(limit).unwrap_or(i64::MAX)),
            revision: number(at.unwrap_or_default()),
        });
        let limit = limit.unwrap_or(usize::MAX);
        self.space.range(prefix, start, at, limit)
    }

    /// How many values there are below a prefix.
    pub(super) fn count(&self, prefix: &str) -> Result<usize, Unreadable> {
        self.requests.note(|| Request::Count {
            start: prefix.to_owned(),
            end: end_of(prefix),
        });
        Ok(self.space.range(prefix, prefix, None, 0)?.count)
    }

    /// The latest revision.
    pub(super) fn current(&self) -> ResourceVersion {
        let prefix = self.keys.prepare(self.keys.resource_prefix(), false);
        self.note_get(&prefix.unwrap_or_default(), None);
        self.space.revision()
    }

    /// Stores a value if the key was last written at `expected`.
    pub(super) fn put_if(
        &self,
        key: &str,
        expected: ResourceVersion,
        value: Bytes,
        ttl: Option<Duration>,
        read_otherwise: bool,
    ) -> Result<ResourceVersion, Option<KeyValue>> {
        self.requests.note(|| {
            let key = key.to_owned();
            if read_otherwise {
                let expected = number(expected);
                Request::Update { key, expected }
            } else {
                Request::Create { key }
            }
        });
        self.space.compare_and_put(key, expected, value, ttl)
    }

    /// Deletes the key if it was last written at `expected`.
    pub(super) fn delete_if(
        &self,
        key: &str,
        expected: ResourceVersion,
    ) -> Result<ResourceVersion, Option<KeyValue>> {
        self.requests.note(|| Request::Delete {
            key: key.to_owned(),
            expected: number(expected),
        });
        self.space.compare_and_delete(key, expected)
    }

    fn note_get(&self, key: &str, at: Option<ResourceVersion>) {
        self.requests.note(|| Request::Get {
            key: key.to_owned(),
            revision: number(at.unwrap_or_default()),
        });
    }
}

fn number(revision: ResourceVersion) -> i64 {
    i64::try_from(revision.get()).unwrap_or(i64::MAX)
}

/// The first key after all that are below a prefix, which ends in a slash.
fn end_of(prefix: &str) -> String {
    let parent = prefix.strip_suffix('/').unwrap_or(prefix);
    format!("{parent}0")
}
