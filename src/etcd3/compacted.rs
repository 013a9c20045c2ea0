use std::sync::atomic::{AtomicU64, Ordering};

use crate::storage::ResourceVersion;

/// The highest revision that is known to be compacted. Never goes down.
#[derive(Debug, Default)]
pub(super) struct Compacted(AtomicU64);

impl Compacted {
    /// `revision` is compacted: reads below it fail.
    pub(super) fn note(&self, revision: i64) {
        if let Ok(revision) = u64::try_from(revision) {
            self.0.fetch_max(revision, Ordering::Relaxed);
        }
    }

    pub(super) fn get(&self) -> ResourceVersion {
        ResourceVersion::new(self.0.load(Ordering::Relaxed))
    }
}
