use std::{
    any::Any,
    convert::Infallible,
    future::pending,
    panic::AssertUnwindSafe,
    sync::{Arc, PoisonError},
};

use futures::FutureExt;
use tokio::sync::watch::Receiver;

use super::{Change, Follower, KeyValue, Store, event, start::Start};
use crate::{
    panicked::Panicked,
    storage::{
        Bookmark, Event, Format, Object, ResourceVersion, Result, Status, Watch, WatchOptions,
        WatchSender, expired_watch, internal_error, plan_watch,
    },
};

/// How many events wait for a consumer before the watch waits for it too (backend §5.7).
const CAPACITY: usize = 100;

/// Backend §5. What is wrong with the key or the grammar of the version is said at once, all else as an event.
pub(super) fn watch<T: Object>(
    store: &Store<T>,
    key: &str,
    options: WatchOptions<T>,
) -> Result<Watch<T>> {
    let key = store.keys.prepare(key, options.recursive)?;
    let plan = plan_watch(&options)?;
    let start = Start::resolve(&store.space, &key, options.recursive, plan);
    let progress = Progress::new(store.progress.subscribe(), options.progress_notify);
    let (sender, watch) = Watch::channel(CAPACITY);
    let watcher = Watcher {
        format: Arc::clone(&store.format),
        key,
        options,
        sender,
    };
    let mut watches = store.watches.lock().unwrap_or_else(PoisonError::into_inner);
    while watches.try_join_next().is_some() {}
    watches.spawn(watcher.run(start, progress));
    Ok(watch)
}

/// Why a watch ends of itself.
enum End {
    /// Nobody reads any more.
    Stopped,
    /// There is no going on.
    Failed(Box<Status>),
}

impl From<Status> for End {
    fn from(status: Status) -> Self {
        Self::Failed(Box::new(status))
    }
}

struct Watcher<T> {
    format: Arc<Format<T>>,
    key: String,
    options: WatchOptions<T>,
    sender: WatchSender<T>,
}

impl<T: Object> Watcher<T> {
    /// Tells of everything until it fails, or nobody reads any more.
    async fn run(self, start: Result<Start, Box<Status>>, progress: Progress) {
        let serve = async {
            let ended = match start {
                Ok(start) => {
                    // Selectors are the caller's code: what panics there is told like any other failure.
                    let told = AssertUnwindSafe(self.tell(start, progress)).catch_unwind();
                    let told = told.await;
                    told.unwrap_or_else(|payload| panicked(&*payload).into())
                }
                Err(status) => End::Failed(status),
            };
            if let End::Failed(status) = ended {
                self.sender.send(Event::Error(status)).await;
            }
        };
        tokio::select! {
            biased;
            () = self.sender.stopped() => {}
            () = serve => {}
        }
    }

    async fn tell(&self, start: Start, progress: Progress) -> End {
        let told = async {
            self.tell_state(start.state, start.end_of_state).await?;
            self.tell_changes(start.changes, progress).await
        };
        match told.await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn tell_state(
        &self,
        state: Vec<KeyValue>,
        end: Option<ResourceVersion>,
    ) -> Result<(), End> {
        for entry in state {
            let event = event::of_state(&self.format, &self.options.predicate, entry).await?;
            self.send(event).await?;
        }
        let bookmark = end.map(|resource_version| Bookmark {
            resource_version,
            initial_events_end: true,
        });
        self.send(bookmark.map(Event::Bookmark)).await
    }

    async fn tell_changes(
        &self,
        mut changes: Follower,
        mut progress: Progress,
    ) -> Result<Infallible, End> {
        let mut is_asked = false;
        loop {
            is_asked |= progress.is_asked();
            let batch = changes.take().map_err(|_| expired_watch())?;
            if batch.changes.is_empty() {
                // A watch that begins in the future has no progress to tell of.
                if std::mem::take(&mut is_asked) && batch.latest >= changes.position() {
                    self.send(Some(Event::Bookmark(Bookmark {
                        resource_version: batch.latest,
                        initial_events_end: false,
                    })))
                    .await?;
                }
                tokio::select! {
                    () = changes.changed() => {}
                    () = progress.changed() => {}
                }
                continue;
            }
            for change in batch.changes {
                if !self.covers(&change.key) {
                    continue;
                }
                if changes.has_lost_previous(&change) {
                    return Err(lost_previous(&change).into());
                }
                let event = event::of_change(&self.format, &self.options.predicate, change).await?;
                self.send(event).await?;
            }
        }
    }

    fn covers(&self, key: &str) -> bool {
        if self.options.recursive {
            key.starts_with(&self.key)
        } else {
            key == self.key
        }
    }

    async fn send(&self, event: Option<Event<T>>) -> Result<(), End> {
        let Some(event) = event else { return Ok(()) };
        if self.sender.send(event).await {
            Ok(())
        } else {
            Err(End::Stopped)
        }
    }
}

/// Requests for progress, where the watch passes them on.
struct Progress {
    requests: Option<Receiver<u64>>,
    answered: u64,
}

impl Progress {
    fn new(requests: Receiver<u64>, is_wanted: bool) -> Self {
        let answered = *requests.borrow();
        Self {
            requests: is_wanted.then_some(requests),
            answered,
        }
    }

    /// Whether progress was asked for since the last time.
    fn is_asked(&mut self) -> bool {
        let Some(requests) = &mut self.requests else {
            return false;
        };
        let asked = *requests.borrow_and_update();
        std::mem::replace(&mut self.answered, asked) != asked
    }

    /// Waits until progress is asked for.
    async fn changed(&mut self) {
        if let Some(requests) = &mut self.requests
            && requests.changed().await.is_ok()
        {
            return;
        }
        // Nobody will ask.
        pending().await
    }
}

/// Backend §5.4: a change at the compacted revision itself is known, but not what was before it.
fn lost_previous(change: &Change) -> Status {
    internal_error(&format!(
        "the value of {:?} before revision {} has been compacted",
        change.key, change.revision
    ))
}

fn panicked(payload: &(dyn Any + Send)) -> Status {
    internal_error(&format!(
        "the watch cannot go on: {}",
        Panicked::with(payload)
    ))
}
