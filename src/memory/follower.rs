use tokio::sync::watch;

use super::{Change, Space};
use crate::storage::ResourceVersion;

/// How many changes are taken at a time.
const BATCH: usize = 64;

/// Changes that were to be followed have been compacted away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the changes to follow have been compacted")]
pub struct Overtaken;

/// Some changes in order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The changes; none where everything up to `latest` was taken before.
    pub changes: Vec<Change>,
    /// The latest revision of the space.
    pub latest: ResourceVersion,
}

/// A place in the history of a space, moving forward.
#[derive(Debug)]
pub struct Follower {
    space: Space,
    latest: watch::Receiver<ResourceVersion>,
    position: ResourceVersion,
    compacted: ResourceVersion,
}

impl Follower {
    pub(super) fn new(
        space: Space,
        latest: watch::Receiver<ResourceVersion>,
        after: ResourceVersion,
        compacted: ResourceVersion,
    ) -> Self {
        Self {
            space,
            latest,
            position: after,
            compacted,
        }
    }

    /// The revision that everything up to was taken.
    pub fn position(&self) -> ResourceVersion {
        self.position
    }

    /// The next changes.
    ///
    /// # Errors
    ///
    /// A compaction went past this place.
    pub fn take(&mut self) -> Result<Batch, Overtaken> {
        self.latest.borrow_and_update();
        let (latest, changes) = self
            .space
            .changes_after(self.position, BATCH)
            .ok_or(Overtaken)?;
        if let Some(last) = changes.last() {
            self.position = last.revision;
        }
        Ok(Batch { changes, latest })
    }

    /// Whether the value before the change was compacted when this began. Only the compacted revision itself is told of
    /// without its past: older ones cannot be followed at all.
    pub fn has_lost_previous(&self, change: &Change) -> bool {
        change.revision <= self.compacted && change.previous.is_some()
    }

    /// Waits until there is more than the last [`Follower::take`] knew of.
    pub async fn changed(&mut self) {
        self.latest
            .changed()
            .await
            .expect("the space, and with it the sender, is held");
    }
}
