mod channel;

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{
    Stream, StreamExt, future,
    stream::{self, BoxStream},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Event;
use channel::{Receiver, Sender};

/// A running watch: the events in order, until it is stopped, fails, or its store goes.
///
/// Dropping it stops it. [`Watch::stop`] stops it too and leaves what was already delivered to be read (backend §5.10).
pub struct Watch<T> {
    events: Events<T>,
    stop: DropGuard,
}

enum Events<T> {
    Channel(Receiver<T>),
    Stream(BoxStream<'static, Event<T>>),
}

/// The producing end of a [`Watch`].
#[derive(Debug)]
pub struct WatchSender<T> {
    events: Sender<T>,
    stopped: CancellationToken,
}

impl<T: Send + 'static> Watch<T> {
    /// A watch that is fed through a channel of `capacity` events, which go through it in runs. A full channel blocks the
    /// producer: nothing is lost. The run that is being read is no longer in the channel.
    pub fn channel(capacity: usize) -> (WatchSender<T>, Self) {
        Self::channel_until(&CancellationToken::new(), capacity)
    }

    /// The same, for a watch that also stops once `closed` is cancelled, as a store that goes down stops its watches.
    pub fn channel_until(closed: &CancellationToken, capacity: usize) -> (WatchSender<T>, Self) {
        let (sender, receiver) = channel::new(capacity);
        let stopped = closed.child_token();
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
                stream::poll_fn(move |context| receiver.poll_next(context)).boxed()
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
        future::poll_fn(|context| self.events.poll_next(context)).await
    }
}

impl<T> Events<T> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        match self {
            Self::Channel(receiver) => receiver.poll_next(context),
            Self::Stream(stream) => stream.poll_next_unpin(context),
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
        self.events.poll_next(context)
    }
}

impl<T: Send> WatchSender<T> {
    /// Delivers an event, waiting for room. `false` once the watch was stopped or dropped: time to end.
    pub async fn send(&self, event: Event<T>) -> bool {
        self.send_all(vec![event]).await
    }

    /// Delivers a run of events in order, as many at a time as there is room for. `false` once the watch was stopped or
    /// dropped, which may be after some of them.
    pub async fn send_all(&self, events: Vec<Event<T>>) -> bool {
        if self.is_stopped() {
            return false;
        }
        let rest = match self.events.try_send(events) {
            Ok(sent) => return sent,
            Err(rest) => rest,
        };
        tokio::select! {
            biased;
            () = self.stopped.cancelled() => false,
            sent = self.events.send(rest) => sent,
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
