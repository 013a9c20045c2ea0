use std::{
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use tokio::sync::{
    Semaphore,
    mpsc::{self, UnboundedReceiver, UnboundedSender},
};

use super::super::Event;

/// A channel for runs of events that are read one by one; it holds so many events, however long the runs are.
///
/// A run goes through at the price of one event, and the place it takes while nobody reads is that of a pointer: a
/// channel of events keeps places for dozens of whole objects, read or not.
pub(super) fn new<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(capacity.max(1)));
    let sender = Sender {
        runs: sender,
        room: Arc::clone(&room),
    };
    let receiver = Receiver {
        runs: receiver,
        room,
        run: Vec::new().into_iter(),
    };
    (sender, receiver)
}

#[derive(Debug)]
pub(super) struct Sender<T> {
    runs: UnboundedSender<Vec<Event<T>>>,
    /// A permit for each event that may still be sent.
    room: Arc<Semaphore>,
}

pub(super) struct Receiver<T> {
    runs: UnboundedReceiver<Vec<Event<T>>>,
    room: Arc<Semaphore>,
    run: vec::IntoIter<Event<T>>,
}

/// Events are moved out whole; none is ever pinned.
impl<T> Unpin for Receiver<T> {}

impl<T> Sender<T> {
    /// Sends a run for which there is room at once, and tells whether anybody reads; else gives it back.
    pub(super) fn try_send(&self, run: Vec<Event<T>>) -> Result<bool, Vec<Event<T>>> {
        let count = u32::try_from(run.len()).unwrap_or(u32::MAX);
        match self.room.try_acquire_many(count) {
            Ok(taken) => {
                taken.forget();
                Ok(run.is_empty() || self.runs.send(run).is_ok())
            }
            Err(_) => Err(run),
        }
    }

    /// Sends a run in as many pieces as it takes, each as long as there is room for. `false` once nobody reads.
    pub(super) async fn send(&self, run: Vec<Event<T>>) -> bool {
        let mut run = run.into_iter();
        while run.len() > 0 {
            let room = self.room.available_permits().clamp(1, run.len());
            let count = u32::try_from(room).unwrap_or(u32::MAX);
            let Ok(taken) = self.room.acquire_many(count).await else {
                return false;
            };
            taken.forget();
            let piece = run.by_ref().take(room).collect();
            if self.runs.send(piece).is_err() {
                return false;
            }
        }
        true
    }
}

impl<T> Receiver<T> {
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        if let Some(event) = self.run.next() {
            return Poll::Ready(Some(event));
        }
        let Some(run) = ready!(self.runs.poll_recv(context)) else {
            return Poll::Ready(None);
        };
        self.room.add_permits(run.len());
        self.run = run.into_iter();
        Poll::Ready(self.run.next())
    }
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
