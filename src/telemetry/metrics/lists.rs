use std::time::Instant;

use super::StoreMetrics;

/// What one list comes to. It is counted when this is dropped, also where the list failed on the way or was dropped.
pub(crate) struct ListCount<'a> {
    metrics: &'a StoreMetrics,
    started: Instant,
    fetched: usize,
    evaluated: usize,
    returned: usize,
}

impl<'a> ListCount<'a> {
    pub(super) fn new(metrics: &'a StoreMetrics) -> Self {
        Self {
            metrics,
            started: Instant::now(),
            fetched: 0,
            evaluated: 0,
            returned: 0,
        }
    }

    /// So many objects were read from etcd.
    pub(crate) fn fetched(&mut self, count: usize) {
        self.fetched += count;
    }

    /// So many objects were decoded and held against the selection.
    pub(crate) fn evaluated(&mut self, count: usize) {
        self.evaluated += count;
    }

    /// So many objects are in the list by now.
    pub(crate) fn returned(&mut self, count: usize) {
        self.returned = count;
    }
}

impl Drop for ListCount<'_> {
    fn drop(&mut self) {
        let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
        self.metrics.listed(
            self.started.elapsed(),
            number(self.fetched),
            number(self.evaluated),
            number(self.returned),
        );
    }
}
