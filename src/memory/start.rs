use super::{Follower, KeyValue, Space};
use crate::storage::{
    ResourceVersion, Status, WatchPlan, expired_watch, resource_version_too_large,
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
    pub(super) fn resolve(
        space: &Space,
        key: &str,
        recursive: bool,
        plan: WatchPlan,
    ) -> Result<Self, Box<Status>> {
        let (version, marked) = match plan {
            WatchPlan::State {
                not_older_than,
                end_marked,
            } => (not_older_than, end_marked),
            WatchPlan::Changes { after } => {
                let after = after.unwrap_or_else(|| space.revision());
                return Ok(Self {
                    state: Vec::new(),
                    end_of_state: None,
                    changes: space.follow(after).map_err(|_| Box::new(expired_watch()))?,
                });
            }
        };
        let snapshot = if recursive {
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
        Ok(Self {
            state: snapshot.entries,
            end_of_state: marked.then_some(snapshot.revision),
            changes: space
                .follow(snapshot.revision)
                .map_err(|_| Box::new(expired_watch()))?,
        })
    }
}
