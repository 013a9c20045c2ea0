use std::{
    ops::ControlFlow,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use etcd_client::{
    EventType, WatchOptions,
    proto::{PbEvent, PbWatchResponse},
};
use futures::{Stream, StreamExt};
use tokio::time::sleep;

use crate::storage::{Object, expired_watch};

use super::{
    super::{
        Error,
        parallel::{self, Wanted},
    },
    decode::{Decoder, Run},
    session::{End, Session},
    status,
};

/// Pauses between attempts to go on over another connection (backend §5.9).
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// The changes, and how far they have come.
struct Changes<T> {
    decoder: Arc<Decoder<T>>,
    /// The first revision that was not delivered yet.
    next: i64,
    /// The last bookmark: a member that lags behind the one before it may know of less.
    told: i64,
    pause: Duration,
}

/// What happens to what is watched (backend §5.5, §5.9).
impl<T: Object> Session<T> {
    /// Delivers every change after a revision, over as many connections as it takes.
    pub(super) async fn send_changes(&self, after: i64) -> End {
        let (values, predicate) = (Arc::clone(&self.values), self.predicate.clone());
        let mut changes = Changes {
            decoder: Decoder::new(values, predicate, self.shared.join()),
            next: after.saturating_add(1),
            told: after,
            pause: FIRST_PAUSE,
        };
        let mut asked = pin!(self.client.progress_requests());
        loop {
            if let Err(end) = self.follow(&mut changes, asked.as_mut()).await {
                return end;
            }
            sleep(changes.pause).await;
            changes.pause = longer(changes.pause);
        }
    }

    /// Delivers changes until the connection breaks. Progress is asked for each time that it is `asked` for.
    async fn follow(
        &self,
        changes: &mut Changes<T>,
        mut asked: Pin<&mut impl Stream<Item = ()>>,
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
                Some(()) = asked.next() => {
                    if let Err(error) = requests.request_progress().await {
                        return broken(&error.into());
                    }
                    continue;
                }
                answer = answers.message() => answer,
            };
            match answer {
                Ok(Some(answer)) => {
                    if let ControlFlow::Break(end) = self.take(changes, answer.0).await {
                        return Err(end);
                    }
                }
                // A member that goes down ends its streams without an error.
                Ok(None) => return Ok(()),
                Err(error) => return broken(&error.into()),
            }
        }
    }

    async fn take(&self, changes: &mut Changes<T>, answer: PbWatchResponse) -> ControlFlow<End> {
        changes.pause = FIRST_PAUSE;
        if answer.compact_revision != 0 {
            self.client.compacted.note(answer.compact_revision);
            let status = expired_watch();
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
            self.take_events(changes, answer.events).await
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(end) => ControlFlow::Break(end),
        }
    }

    async fn take_events(&self, changes: &mut Changes<T>, events: Vec<PbEvent>) -> Result<(), End> {
        self.metrics.events(events.len());
        let mut last = changes.next;
        for event in &events {
            if let Some(item) = &event.kv {
                last = item.mod_revision;
                let deleted = event.r#type == EventType::Delete as i32;
                self.sizes.observe_event(item, deleted);
            }
        }
        if parallel::is_worth_sharing(&events) {
            for run in changes.decoder.shared_out(events).await {
                self.send_run(run).await?;
            }
        } else {
            self.send_run(changes.decoder.run(events, Wanted::ALWAYS).await)
                .await?;
        }
        changes.next = last.saturating_add(1);
        Ok(())
    }

    async fn send_run(&self, (events, failed): Run<T>) -> Result<(), End> {
        self.send_all(events).await?;
        failed.map_or(Ok(()), |status| Err(End::Failed(status)))
    }

    /// Everything up to `revision` was sent. Only a watch that asked for it gets a bookmark, whoever asked etcd (backend
    /// §9.5, row 65), and none that lies before its start or before the last one.
    async fn take_progress(
        &self,
        changes: &mut Changes<T>,
        revision: i64,
        watch_id: i64,
    ) -> Result<(), End> {
        self.metrics.bookmark();
        if revision.saturating_add(1) < changes.next {
            return Ok(());
        }
        // An answer to a request of ours bears no watch's id. Members before 3.4.31 and 3.5.13 let it overtake events:
        // to resume after it could lose them.
        if watch_id >= 0 {
            changes.next = revision.saturating_add(1);
        }
        if self.progress_notify && revision >= changes.told {
            self.send_bookmark(revision, false).await?;
            changes.told = revision;
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
}

/// The pause after the next attempt that fails too.
fn longer(pause: Duration) -> Duration {
    (pause * 2).min(LONGEST_PAUSE)
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

#[cfg(test)]
#[path = "changes_tests.rs"]
mod tests;
