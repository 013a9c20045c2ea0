use std::future::Future;

use tokio::{sync::watch, time::timeout};

use crate::harness::{Verdict, deadline, unexpected};

/// Something to wait at until it is released, and a count of those that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Hold {
    closed: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
}

impl Hold {
    /// Whoever comes from now on waits, or goes on; so does whoever waits already.
    pub(super) fn close(&self, closed: bool) {
        self.closed.send_replace(closed);
    }

    /// Waits until it is released; `None` where it is. Dropping the future counts as going away.
    pub(super) fn pass(&self) -> Option<impl Future<Output = ()> + Send + 'static> {
        if !*self.closed.borrow() {
            return None;
        }
        let mut closed = self.closed.subscribe();
        let waiting = Waiting::new(self.waiting.clone());
        Some(async move {
            // The other end is held by the hold, which may be gone: then nobody waits any more.
            let _ = closed.wait_for(|closed| !closed).await;
            drop(waiting);
        })
    }

    /// Returns once as many wait as `enough` accepts.
    pub(super) async fn expect_waiting(
        &self,
        expected: &str,
        enough: impl Fn(usize) -> bool,
    ) -> Verdict {
        let mut waiting = self.waiting.subscribe();
        let reached = waiting.wait_for(|waiting| enough(*waiting));
        match timeout(deadline::EVENT, reached).await {
            Ok(_) => Ok(()),
            Err(_) => Err(unexpected(
                expected,
                format!(
                    "{} wait after {:?}",
                    *self.waiting.borrow(),
                    deadline::EVENT
                ),
            )),
        }
    }
}

/// One who waits.
struct Waiting(watch::Sender<usize>);

impl Waiting {
    fn new(count: watch::Sender<usize>) -> Self {
        count.send_modify(|waiting| *waiting += 1);
        Self(count)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}
