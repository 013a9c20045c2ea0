use std::task::Poll;

use futures::{FutureExt, future::poll_fn};

use super::{Receiver, new};
use crate::storage::{Bookmark, Event, ResourceVersion};

fn events(versions: impl IntoIterator<Item = u64>) -> Vec<Event<()>> {
    let bookmark = |version| Bookmark {
        resource_version: ResourceVersion::new(version),
        initial_events_end: false,
    };
    let versions = versions.into_iter();
    versions.map(bookmark).map(Event::Bookmark).collect()
}

async fn read(receiver: &mut Receiver<()>, count: usize) -> Vec<Event<()>> {
    let mut read = Vec::new();
    while read.len() < count {
        match poll_fn(|context| receiver.poll_next(context)).await {
            Some(event) => read.push(event),
            None => break,
        }
    }
    read
}

#[tokio::test]
async fn runs_are_read_event_by_event_and_then_the_end() {
    let (sender, mut receiver) = new(10);
    for run in [0..3, 3..3, 3..4, 4..10] {
        assert_eq!(sender.try_send(events(run)), Ok(true));
    }
    drop(sender);
    assert_eq!(read(&mut receiver, 11).await, events(0..10));
}

#[tokio::test]
async fn what_there_is_no_room_for_comes_back() {
    let (sender, mut receiver) = new(10);
    assert_eq!(sender.try_send(events(0..8)), Ok(true));
    assert_eq!(sender.try_send(events(8..11)), Err(events(8..11)));
    assert_eq!(read(&mut receiver, 1).await, events(0..1));
    assert_eq!(sender.try_send(events(8..18)), Ok(true));
    assert_eq!(read(&mut receiver, 17).await, events(1..18));
}

#[tokio::test]
async fn a_run_longer_than_the_channel_goes_through_in_pieces() {
    let (sender, mut receiver) = new(10);
    let mut sending = Box::pin(sender.send(events(0..25)));
    assert_eq!(sending.as_mut().now_or_never(), None);
    assert_eq!(read(&mut receiver, 10).await, events(0..10));
    let nothing_more = poll_fn(|context| Poll::Ready(receiver.poll_next(context))).await;
    assert_eq!(nothing_more, Poll::Pending, "ten fill the channel");
    let (sent, rest) = futures::join!(sending, read(&mut receiver, 15));
    assert!(sent);
    assert_eq!(rest, events(10..25));
}

#[tokio::test]
async fn a_sender_learns_that_nobody_reads() {
    let (sender, receiver) = new(10);
    drop(receiver);
    assert_eq!(sender.try_send(events(0..1)), Ok(false));
    assert!(!sender.send(events(0..1)).await);
}
