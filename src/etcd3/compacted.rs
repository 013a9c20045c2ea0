use std::sync::atomic::{AtomicU64, Ordering};

use crate::storage::ResourceVersion;

/// The highest revision that is known to be compacted. Never goes down.
#[derive(Debug, Default)]
pub(crate) struct Compacted(AtomicU64);

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

#[cfg(test)]
mod tests {
    use std::thread;

    use super::Compacted;

    #[test]
    fn it_never_goes_down() {
        let compacted = Compacted::default();
        assert!(compacted.get().is_unset());
        for revision in [10, 19, 12, -1, 0, 19] {
            compacted.note(revision);
            assert!(compacted.get().get() >= u64::try_from(revision).unwrap_or(0));
        }
        assert_eq!(compacted.get().get(), 19);
    }

    #[test]
    fn of_many_at_once_the_highest_stays() {
        let compacted = Compacted::default();
        thread::scope(|scope| {
            for first in 0..4 {
                let compacted = &compacted;
                scope.spawn(move || (0..100).for_each(|step| compacted.note(first + 4 * step)));
            }
        });
        assert_eq!(compacted.get().get(), 399);
    }
}
