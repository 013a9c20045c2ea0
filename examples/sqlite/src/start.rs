use storeproof::storage::{ResourceVersion, WatchPlan, expired_watch, resource_version_too_large};

use crate::{
    Database,
    log::{self, Entry},
    range::Range,
    watch::End,
};

/// Where a watch begins.
pub(crate) struct Start {
    /// What is there already, where it is told of.
    pub(crate) state: Vec<Entry>,
    /// Whether a bookmark marks the end of it.
    pub(crate) end_marked: bool,
    /// The revision that changes are told of from.
    pub(crate) after: ResourceVersion,
}

impl Start {
    /// What the plan comes to now.
    pub(crate) async fn of(
        database: &Database,
        range: Range,
        plan: WatchPlan,
    ) -> Result<Self, End> {
        match plan {
            WatchPlan::Changes { after } => {
                let marks = database.run(|connection| log::marks(connection)).await?;
                let after = after.unwrap_or(marks.latest);
                if after < marks.compacted {
                    return Err(expired_watch().into());
                }
                Ok(Self {
                    state: Vec::new(),
                    end_marked: false,
                    after,
                })
            }
            WatchPlan::State {
                not_older_than,
                end_marked,
            } => {
                let now = database
                    .run(move |connection| log::snapshot(connection, &range, None, None))
                    .await?
                    .expect("the latest revision can always be read");
                if not_older_than > now.revision {
                    return Err(resource_version_too_large(not_older_than, now.revision, 1).into());
                }
                Ok(Self {
                    state: now.entries,
                    end_marked,
                    after: now.revision,
                })
            }
        }
    }
}
