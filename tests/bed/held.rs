//! What this process holds, counted before and after.

use std::fs;

use tokio::runtime::Handle;

/// What a process holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) descriptors: usize,
    pub(crate) tasks: usize,
}

impl Held {
    pub(crate) fn now() -> Self {
        let descriptors = fs::read_dir("/proc/self/fd").expect("a process has a folder");
        Self {
            descriptors: descriptors.count(),
            tasks: Handle::current().metrics().num_alive_tasks(),
        }
    }

    /// Returns once nothing is held that was not held then. Where the surroundings hold less by now, that counts from now
    /// on.
    pub(crate) async fn is_back(&mut self, after: &str) {
        let what = format!("after {after} there is what there was before, {self:?}");
        let holds_more = |now: Self| now.descriptors > self.descriptors || now.tasks > self.tasks;
        super::until(&what, || !holds_more(Self::now())).await;
        let now = Self::now();
        self.descriptors = self.descriptors.min(now.descriptors);
        self.tasks = self.tasks.min(now.tasks);
    }
}
