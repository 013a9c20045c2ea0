use super::{Follower, KeyValue, Space};
use crate::storage::{
    Object, ResourceVersion, Status, WatchOptions, expired_watch, resource_version_too_large,
};

/// Where a watch begins.
pub(super) struct Start {
    /// The objects that are there already, where they are told of.
    pub(super) state: Vec<KeyValue>,
    /// The version of that state, where its end is marked.
    pub(super) end_of_state: Option<ResourceVersion>,
    /// The changes after it.
    pub(super) changes: Follower,
}

impl Start {
    /// The start matrix (backend §5.2).
    pub(super) fn resolve<T: Object>(
        space: &Space,
        key: &str,
        version: ResourceVersion,
        with_state: bool,
        options: &WatchOptions<T>,
    ) -> Result<Self, Box<Status>> {
        if !with_state {
            let after = if version.is_unset() {
                space.revision()
            } else {
                version
            };
            return Ok(Self {
                state: Vec::new(),
                end_of_state: None,
                changes: space.follow(after).map_err(|_| Box::new(expired_watch()))?,
            });
        }
        let snapshot = if options.recursive {
            space.range(key, key, None, usize::MAX)
        } else {
            space.get(key, None)
        }
        .expect("the latest revision can always be read");
        if version > snapshot.revision {
            return Err(Box::new(resource_version_too_large(
                version,
                snapshot.revision,
                1,
            )));
        }
        let marked =
            options.send_initial_events == Some(true) && options.predicate.allow_watch_bookmarks;
        Ok(Self {
            state: snapshot.entries,
            end_of_state: marked.then_some(snapshot.revision),
            changes: space
                .follow(snapshot.revision)
                .map_err(|_| Box::new(expired_watch()))?,
        })
    }
}
