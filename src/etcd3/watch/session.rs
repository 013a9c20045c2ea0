use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;

use crate::{
    panicked::Panicked,
    storage::{Bookmark, Event, Object, SelectionPredicate, Status, WatchSender, internal_error},
    telemetry::metrics::StoreMetrics,
};

use super::{
    super::{Client, sizes::Sizes, values::Values, version},
    shared::Shared,
    start::Start,
};

/// One watch: the initial state, then the changes, over as many connections as it takes.
pub(super) struct Session<T> {
    pub(super) client: Arc<Client>,
    pub(super) values: Arc<Values<T>>,
    pub(super) sizes: Arc<Sizes>,
    pub(super) shared: Arc<Shared<T>>,
    pub(super) metrics: Arc<StoreMetrics>,
    pub(super) key: String,
    /// The end of the range; `None` where it is one key.
    pub(super) end: Option<Vec<u8>>,
    pub(super) predicate: SelectionPredicate<T>,
    pub(super) progress_notify: bool,
    pub(super) sender: WatchSender<T>,
}

/// Why a watch ends.
pub(super) enum End {
    /// Nobody wants more.
    Stopped,
    /// With this as its last event.
    Failed(Box<Status>),
}

impl End {
    fn panicked(payload: &(dyn Any + Send)) -> Self {
        let cause = format!("the watch cannot go on: {}", Panicked::with(payload));
        Self::Failed(Box::new(internal_error(&cause)))
    }
}

impl<T: Object> Session<T> {
    /// Runs until the watch is stopped, its store destroyed, or an error delivered. What was delivered before stays to
    /// be read.
    pub(super) async fn run(self, start: Start) {
        let ended = async {
            // Selectors are the caller's code: what panics there is told like any other failure.
            let driven = AssertUnwindSafe(self.drive(start)).catch_unwind().await;
            let end = driven.unwrap_or_else(|payload| End::panicked(&*payload));
            if let End::Failed(status) = end {
                self.sender.send(Event::Error(status)).await;
            }
        };
        tokio::select! {
            biased;
            () = ended => {}
            () = self.sender.stopped() => {}
        }
    }

    async fn drive(&self, start: Start) -> End {
        let after = match start {
            Start::After(revision) => revision,
            Start::State {
                not_older_than,
                bookmark,
            } => match self.send_state(not_older_than, bookmark).await {
                Ok(revision) => revision,
                Err(end) => return end,
            },
        };
        self.send_changes(after).await
    }

    pub(super) async fn send_bookmark(
        &self,
        revision: i64,
        initial_events_end: bool,
    ) -> Result<(), End> {
        self.send(Event::Bookmark(Bookmark {
            resource_version: version(revision),
            initial_events_end,
        }))
        .await
    }

    pub(super) async fn send(&self, event: Event<T>) -> Result<(), End> {
        self.send_all(vec![event]).await
    }

    pub(super) async fn send_all(&self, events: Vec<Event<T>>) -> Result<(), End> {
        if self.sender.send_all(events).await {
            Ok(())
        } else {
            Err(End::Stopped)
        }
    }
}
