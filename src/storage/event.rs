use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{
    Stream, StreamExt, future,
    stream::{self, BoxStream},
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::WatchEvent;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{ResourceVersion, Status};

const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// A place in the stream of events that everything up to a version has been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// No event at or before this version follows.
    pub resource_version: ResourceVersion,
    /// Whether this ends the initial state (annotation `k8s.io/initial-events-end`).
    pub initial_events_end: bool,
}

/// What a watch delivers (backend §5.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Event<T> {
    /// The object began to match: created, or changed into the selection, or part of the initial state.
    Added(T),
    /// The object matched before and matches still.
    Modified(T),
    /// The object ceased to match: the object as it last matched, at the version of the change.
    Deleted(T),
    /// Everything up to a version has been sent.
    Bookmark(Bookmark),
    /// The watch failed. Nothing follows.
    Error(Box<Status>),
}

impl<T> Event<T> {
    /// The name the API gives this kind of event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Added(_) => "ADDED",
            Self::Modified(_) => "MODIFIED",
            Self::Deleted(_) => "DELETED",
            Self::Bookmark(_) => "BOOKMARK",
            Self::Error(_) => "ERROR",
        }
    }

    /// The object inside, where there is one.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Added(object) | Self::Modified(object) | Self::Deleted(object) => Some(object),
            Self::Bookmark(_) | Self::Error(_) => None,
        }
    }
}

impl<T> From<Event<T>> for WatchEvent<T> {
    /// The form that goes over the wire to the API's clients.
    fn from(event: Event<T>) -> Self {
        match event {
            Event::Added(object) => Self::Added(object),
            Event::Modified(object) => Self::Modified(object),
            Event::Deleted(object) => Self::Deleted(object),
            Event::Bookmark(bookmark) => Self::Bookmark {
                annotations: bookmark
                    .initial_events_end
                    .then(|| (INITIAL_EVENTS_END.to_owned(), "true".to_owned()))
                    .into_iter()
                    .collect(),
                resource_version: bookmark.resource_version.to_string(),
            },
            Event::Error(status) => Self::ErrorStatus(*status),
        }
    }
}

/// A running watch: the events in order, until it is stopped, fails, or its store goes.
///
/// Dropping it stops it. [`Watch::stop`] stops it too and leaves what was already delivered to be read (backend §5.10).
pub struct Watch<T> {
    events: Events<T>,
    stop: DropGuard,
}

enum Events<T> {
    Channel(mpsc::Receiver<Event<T>>),
    Stream(BoxStream<'static, Event<T>>),
}

/// The producing end of a [`Watch`].
#[derive(Debug)]
pub struct WatchSender<T> {
    events: mpsc::Sender<Event<T>>,
    stopped: CancellationToken,
}

impl<T: Send + 'static> Watch<T> {
    /// A watch that is fed through a channel of `capacity` events. A full channel blocks the producer: nothing is lost.
    pub fn channel(capacity: usize) -> (WatchSender<T>, Self) {
        let (sender, receiver) = mpsc::channel(capacity);
        let stopped = CancellationToken::new();
        let watch = Self {
            events: Events::Channel(receiver),
            stop: stopped.clone().drop_guard(),
        };
        let sender = WatchSender {
            events: sender,
            stopped,
        };
        (sender, watch)
    }

    /// A watch over a stream that a backend has already. `stop` is cancelled once the watch is stopped or dropped; the
    /// stream then has to end by itself, after what it delivered before.
    pub fn new(
        events: impl Stream<Item = Event<T>> + Send + 'static,
        stop: CancellationToken,
    ) -> Self {
        Self {
            events: Events::Stream(events.fuse().boxed()),
            stop: stop.drop_guard(),
        }
    }

    /// The same watch with its stream wrapped, so that the end is seen too. For those who wrap stores. How the watch stops
    /// stays as it is.
    #[must_use]
    pub fn through<S>(self, wrap: impl FnOnce(BoxStream<'static, Event<T>>) -> S) -> Self
    where
        S: Stream<Item = Event<T>> + Send + 'static,
    {
        let inner = match self.events {
            Events::Stream(stream) => stream,
            Events::Channel(mut receiver) => {
                stream::poll_fn(move |context| receiver.poll_recv(context)).boxed()
            }
        };
        Self {
            events: Events::Stream(wrap(inner).boxed()),
            stop: self.stop,
        }
    }

    /// The same watch with every event passed through `change`; `None` swallows one. For those who wrap stores.
    #[must_use]
    pub fn filter_map(
        self,
        mut change: impl FnMut(Event<T>) -> Option<Event<T>> + Send + 'static,
    ) -> Self {
        self.through(|stream| stream.filter_map(move |event| future::ready(change(event))))
    }

    /// Stops the watch. What was delivered before may still be read; then the stream ends.
    pub fn stop(&self) {
        self.stop.token().cancel();
    }

    /// The next event; `None` once the watch has ended.
    pub async fn next(&mut self) -> Option<Event<T>> {
        match &mut self.events {
            Events::Channel(receiver) => receiver.recv().await,
            Events::Stream(stream) => stream.next().await,
        }
    }
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Stream for Watch<T> {
    type Item = Event<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        match &mut self.events {
            Events::Channel(receiver) => receiver.poll_recv(context),
            Events::Stream(stream) => stream.poll_next_unpin(context),
        }
    }
}

impl<T: Send> WatchSender<T> {
    /// Delivers an event, waiting for room. `false` once the watch was stopped or dropped: time to end.
    pub async fn send(&self, event: Event<T>) -> bool {
        if self.is_stopped() {
            return false;
        }
        let event = match self.events.try_send(event) {
            Ok(()) => return true,
            Err(TrySendError::Closed(_)) => return false,
            Err(TrySendError::Full(event)) => event,
        };
        tokio::select! {
            biased;
            () = self.stopped.cancelled() => false,
            sent = self.events.send(event) => sent.is_ok(),
        }
    }

    /// Resolves once the watch was stopped or dropped.
    pub async fn stopped(&self) {
        self.stopped.cancelled().await;
    }

    /// Whether the watch was stopped or dropped.
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }
}
