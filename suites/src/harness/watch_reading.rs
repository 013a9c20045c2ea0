use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use storeproof::storage::{Event, Watch, WatchOptions};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX, everything, key, labels};
use tokio::{
    sync::watch::{self, Sender},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Recorder,
    recorded::{REMAINDER, in_history, key_in_history, place, seen},
};
use crate::judge::{
    Moment, Version,
    watch::{Delivery, Ending, Kind, Scope, Start, Told, Watched, Wish},
};

/// One watch that is, or was, read.
#[derive(Debug)]
pub(super) struct Reading {
    watched: Mutex<Watched>,
    position: Sender<Position>,
    /// Ends the watch; what was delivered is still read.
    pub(super) stop: CancellationToken,
    /// Drops the watch.
    pub(super) leave: CancellationToken,
}

/// How far the reader of a watch is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    /// How many events it read.
    pub(super) deliveries: usize,
    /// The version of the last change, or of the initial state. Bookmarks do not count: they may lie.
    pub(super) version: Version,
    /// Whether it reads no more.
    pub(super) ended: bool,
}

impl Reading {
    pub(super) fn new(wish: Wish, opened: Moment, resumes: Option<usize>) -> Self {
        let (position, _) = watch::channel(Position::default());
        Self {
            watched: Mutex::new(Watched {
                wish,
                opened,
                deliveries: Vec::new(),
                ending: Ending::Left,
                resumes,
                due: None,
            }),
            position,
            stop: CancellationToken::new(),
            leave: CancellationToken::new(),
        }
    }

    pub(super) fn watched(&self) -> MutexGuard<'_, Watched> {
        lock(&self.watched)
    }

    /// Whether the reader has ended, or is where it was waited for, before the time is over.
    pub(super) async fn comes_to(
        &self,
        within: Duration,
        there: impl Fn(&Position) -> bool,
    ) -> bool {
        let mut position = self.position.subscribe();
        let arrival = position.wait_for(|position| position.ended || there(position));
        timeout(within, arrival).await.is_ok()
    }

    /// Returns once nothing more comes.
    pub(super) async fn ends(&self) {
        let mut position = self.position.subscribe();
        // The sender lives as long as this does.
        let _ = position.wait_for(|position| position.ended).await;
    }

    /// Whether nothing more comes.
    pub(super) fn has_ended(&self) -> bool {
        self.position.borrow().ended
    }

    fn note(&self, moment: Moment, told: Told) {
        let mut watched = self.watched();
        let in_state = matches!(watched.wish.start, Start::State { .. })
            && self.position.borrow().version.is_unset();
        let version = match told {
            Told::Change { ref seen, .. } if !in_state => seen.version,
            Told::Bookmark {
                version,
                ends_state: true,
            } => version,
            _ => Version::UNSET,
        };
        watched.deliveries.push(Delivery { moment, told });
        drop(watched);
        self.position.send_modify(|position| {
            position.deliveries += 1;
            position.version = position.version.max(version);
        });
    }

    fn end(&self, ending: Ending) {
        self.watched().ending = ending;
        self.position.send_modify(|position| position.ended = true);
    }
}

/// Reads a watch until it ends or is left.
pub(super) async fn read(mut watch: Watch<Pod>, reading: Arc<Reading>, recorder: Arc<Recorder>) {
    let mut stopped = false;
    let ending = loop {
        let event = tokio::select! {
            biased;
            () = reading.leave.cancelled() => break Ending::Left,
            () = reading.stop.cancelled(), if !stopped => {
                stopped = true;
                watch.stop();
                continue;
            }
            event = watch.next() => event,
        };
        match event {
            Some(event) => reading.note(recorder.now(), told(&event)),
            None if stopped => break Ending::Stopped,
            None => break Ending::Closed,
        }
    };
    reading.end(ending);
}

/// The key and the options that ask a store for this.
pub(super) fn request(wish: &Wish) -> (String, WatchOptions<Pod>) {
    let (key, recursive) = match &wish.scope {
        Scope::Everything => (RESOURCE_PREFIX.to_owned(), true),
        Scope::Namespace(namespace) => (format!("{RESOURCE_PREFIX}{namespace}/"), true),
        Scope::Object(object) => {
            let (namespace, name) = place(object);
            (key(namespace, name), false)
        }
    };
    let mut predicate = match wish.selection {
        None => everything(),
        Some(selection) => labels(&[(REMAINDER, &selection.remainder.to_string())]),
    };
    let (version, state) = match wish.start {
        Start::After(version) => (version, None),
        Start::State { not_older_than } => (not_older_than, Some(true)),
    };
    predicate.allow_watch_bookmarks = wish.progress || state.is_some();
    let options = WatchOptions {
        resource_version: version.to_string(),
        predicate,
        recursive,
        progress_notify: wish.progress,
        send_initial_events: state,
    };
    (key, options)
}

fn told(event: &Event<Pod>) -> Told {
    let change = |kind, pod: &Pod| Told::Change {
        kind,
        key: key_in_history(pod),
        seen: seen(pod),
    };
    match event {
        Event::Added(pod) => change(Kind::Added, pod),
        Event::Modified(pod) => change(Kind::Modified, pod),
        Event::Deleted(pod) => change(Kind::Deleted, pod),
        Event::Bookmark(bookmark) => Told::Bookmark {
            version: in_history(bookmark.resource_version),
            ends_state: bookmark.initial_events_end,
        },
        Event::Error(status) => Told::Error {
            code: status.code.unwrap_or_default(),
            reason: status.reason.clone().unwrap_or_default(),
            message: status.message.clone().unwrap_or_default(),
        },
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
