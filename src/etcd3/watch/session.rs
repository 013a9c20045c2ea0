use std::{ops::ControlFlow, sync::Arc, time::Duration};

use etcd_client::WatchOptions;
use tokio::{sync::watch, time::sleep};

use crate::storage::{
    Bookmark, Event, Object, ResourceVersion, SelectionPredicate, Status, WatchSender,
};

use super::{
    super::{Client, Error, list, request::Page, sizes::Sizes, values::Values, version},
    decode,
    start::Start,
    status,
};

/// Pauses between attempts to go on over another connection (backend §5.9).
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// One watch: the initial state, then the changes, over as many connections as it takes.
pub(super) struct Session<T> {
    pub(super) client: Arc<Client>,
    pub(super) values: Arc<Values<T>>,
    pub(super) sizes: Arc<Sizes>,
    pub(super) key: String,
    /// The end of the range; `None` where it is one key.
    pub(super) end: Option<Vec<u8>>,
    pub(super) predicate: SelectionPredicate<T>,
    pub(super) progress_notify: bool,
    pub(super) sender: WatchSender<T>,
}

/// Why a watch ends.
enum End {
    /// Nobody wants more.
    Stopped,
    /// With this as its last event.
    Failed(Box<Status>),
}

/// The changes, and how far they have come.
struct Changes {
    /// The first revision that was not delivered yet.
    next: i64,
    pause: Duration,
    progress: watch::Receiver<u64>,
}

impl<T: Object> Session<T> {
    /// Runs until the watch is stopped, its store destroyed, or an error delivered. What was delivered before stays to
    /// be read.
    pub(super) async fn run(self, start: Start) {
        let ended = async {
            if let End::Failed(status) = self.drive(start).await {
                self.sender.send(Event::Error(status)).await;
            }
        };
        tokio::select! {
            () = ended => {}
            () = self.sender.stopped() => {}
            () = self.client.closed() => {}
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
        let mut changes = Changes {
            next: after.saturating_add(1),
            pause: FIRST_PAUSE,
            progress: self.client.progress_requests(),
        };
        let predicate = Arc::new(self.predicate.clone());
        loop {
            if let Err(end) = self.follow(&mut changes, &predicate).await {
                return end;
            }
            sleep(changes.pause).await;
            changes.pause = (changes.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Sends everything that is there now, page by page, all of it as of one revision, which it returns.
    async fn send_state(
        &self,
        not_older_than: ResourceVersion,
        bookmark: bool,
    ) -> Result<i64, End> {
        let mut start = self.key.clone().into_bytes();
        let mut revision = 0;
        loop {
            let page = self.state_page(&start, revision).await;
            let page = page.map_err(|error| End::Failed(status::of_initial_state(&error)))?;
            if revision == 0 {
                revision = page.revision;
                let current = version(revision);
                if not_older_than > current {
                    return Err(End::Failed(status::too_large(not_older_than, current)));
                }
            }
            self.sizes.observe(&page.found);
            let last = page.found.last().map(|last| last.key.clone());
            let more = page.count > i64::try_from(page.found.len()).unwrap_or(i64::MAX);
            for (objects, failed) in list::read_all(&self.values, &self.predicate, page.found).await
            {
                for object in objects {
                    self.send(Event::Added(object)).await?;
                }
                if let Some(error) = failed {
                    return Err(End::Failed(status::of_error(error)));
                }
            }
            match last {
                Some(mut last) if more => {
                    last.push(0);
                    start = last;
                }
                _ => break,
            }
        }
        if bookmark {
            self.send_bookmark(revision, true).await?;
        }
        Ok(revision)
    }

    async fn state_page(&self, start: &[u8], revision: i64) -> Result<Page, Error> {
        match &self.end {
            Some(end) => {
                self.client
                    .range(start, end, list::MAX_PAGE, revision)
                    .await
            }
            None => {
                let single = self.client.get(&self.key, 0, false).await?;
                Ok(Page {
                    count: i64::from(single.found.is_some()),
                    found: single.found.into_iter().collect(),
                    revision: single.revision,
                })
            }
        }
    }

    /// Delivers changes until the connection breaks.
    async fn follow(
        &self,
        changes: &mut Changes,
        predicate: &Arc<SelectionPredicate<T>>,
    ) -> Result<(), End> {
        let opened = match self.client.watch() {
            Ok(mut client) => {
                let options = self.options(changes.next);
                let opened = client.watch(self.key.as_str(), Some(options)).await;
                opened.map_err(Error::from)
            }
            Err(error) => Err(error),
        };
        let (mut requests, mut answers) = match opened {
            Ok(stream) => stream.split(),
            Err(error) => return broken(&error),
        };
        loop {
            let answer = tokio::select! {
                biased;
                Ok(()) = changes.progress.changed() => {
                    if let Err(error) = requests.request_progress().await {
                        return broken(&error.into());
                    }
                    continue;
                }
                answer = answers.message() => answer,
            };
            match answer {
                Ok(Some(answer)) => {
                    if let ControlFlow::Break(end) = self.take(changes, predicate, answer.0).await {
                        return Err(end);
                    }
                }
                // A member that goes down ends its streams without an error.
                Ok(None) => return Ok(()),
                Err(error) => return broken(&error.into()),
            }
        }
    }

    async fn take(
        &self,
        changes: &mut Changes,
        predicate: &Arc<SelectionPredicate<T>>,
        answer: etcd_client::proto::PbWatchResponse,
    ) -> ControlFlow<End> {
        changes.pause = FIRST_PAUSE;
        if answer.compact_revision != 0 {
            self.client.compacted.note(answer.compact_revision);
            let status = crate::storage::expired_watch();
            return ControlFlow::Break(End::Failed(Box::new(status)));
        }
        // The stream stays open after this: nothing else would ever come.
        if answer.canceled {
            let status = status::of_cancellation(&answer.cancel_reason);
            return ControlFlow::Break(End::Failed(status));
        }
        if answer.created {
            return ControlFlow::Continue(());
        }
        let done = if answer.events.is_empty() {
            let revision = answer.header.map_or(0, |header| header.revision);
            self.take_progress(changes, revision, answer.watch_id).await
        } else {
            self.take_events(changes, predicate, answer.events).await
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(end) => ControlFlow::Break(end),
        }
    }

    async fn take_events(
        &self,
        changes: &mut Changes,
        predicate: &Arc<SelectionPredicate<T>>,
        events: Vec<etcd_client::proto::PbEvent>,
    ) -> Result<(), End> {
        let mut last = changes.next;
        for event in &events {
            if let Some(item) = &event.kv {
                last = item.mod_revision;
                let deleted = event.r#type == etcd_client::EventType::Delete as i32;
                self.sizes.observe_event(item, deleted);
            }
        }
        for (run, failed) in decode::events(&self.values, predicate, events).await {
            for event in run {
                self.send(event).await?;
            }
            if let Some(status) = failed {
                return Err(End::Failed(status));
            }
        }
        changes.next = last.saturating_add(1);
        Ok(())
    }

    /// Everything up to `revision` was sent. Only a watch that asked for it gets a bookmark, whoever asked etcd (backend
    /// §9.5, row 65), and none that lies before its start.
    async fn take_progress(
        &self,
        changes: &mut Changes,
        revision: i64,
        watch_id: i64,
    ) -> Result<(), End> {
        if revision.saturating_add(1) < changes.next {
            return Ok(());
        }
        // An answer to a request of ours bears no watch's id. Members before 3.4.31 and 3.5.13 let it overtake events:
        // to resume after it could lose them.
        if watch_id >= 0 {
            changes.next = revision.saturating_add(1);
        }
        if self.progress_notify {
            self.send_bookmark(revision, false).await?;
        }
        Ok(())
    }

    fn options(&self, start_revision: i64) -> WatchOptions {
        let mut options = WatchOptions::new()
            .with_start_revision(start_revision)
            .with_prev_key();
        if let Some(end) = &self.end {
            options = options.with_range(end.as_slice());
        }
        if self.progress_notify {
            options = options.with_progress_notify();
        }
        options
    }

    async fn send_bookmark(&self, revision: i64, initial_events_end: bool) -> Result<(), End> {
        self.send(Event::Bookmark(Bookmark {
            resource_version: version(revision),
            initial_events_end,
        }))
        .await
    }

    async fn send(&self, event: Event<T>) -> Result<(), End> {
        if self.sender.send(event).await {
            Ok(())
        } else {
            Err(End::Stopped)
        }
    }
}

/// Whether the watch goes on over another connection.
fn broken(error: &Error) -> Result<(), End> {
    if error.breaks_a_stream() {
        Ok(())
    } else if matches!(error, Error::Closed) {
        Err(End::Stopped)
    } else {
        Err(End::Failed(status::of_stream(error)))
    }
}
