use std::time::Duration;

use storeproof::storage::{Event, ResourceVersion, Watch};
use storeproof_fixtures::objects::Pod;
use tokio::time::timeout;

use super::{Verdict, deadline, unexpected};

/// A running watch, with a verb for each kind of event. Every verb waits no longer than its deadline.
#[derive(Debug)]
pub struct Watching(Watch<Pod>);

impl Watching {
    /// Wraps a watch that was just started.
    pub fn new(watch: Watch<Pod>) -> Self {
        Self(watch)
    }

    /// The next event, whatever it is.
    ///
    /// # Errors
    ///
    /// None comes in time, or the watch ends.
    pub async fn next(&mut self, expected: &str) -> Verdict<Event<Pod>> {
        match timeout(deadline::EVENT, self.0.next()).await {
            Ok(Some(event)) => Ok(event),
            Ok(None) => Err(unexpected(expected, "the watch ended")),
            Err(_) => Err(unexpected(
                expected,
                format!("no event for {:?}", deadline::EVENT),
            )),
        }
    }

    /// ADDED, with exactly this object.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect_added(&mut self, pod: &Pod) -> Verdict {
        self.expect(Event::Added(pod.clone())).await
    }

    /// MODIFIED, with exactly this object.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect_modified(&mut self, pod: &Pod) -> Verdict {
        self.expect(Event::Modified(pod.clone())).await
    }

    /// DELETED, with exactly this object: the last state at the version of the change.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect_deleted(&mut self, pod: &Pod) -> Verdict {
        self.expect(Event::Deleted(pod.clone())).await
    }

    /// Exactly this event.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect(&mut self, wanted: Event<Pod>) -> Verdict {
        let expected = format!("{} {:?}", wanted.kind(), wanted.object());
        let event = self.next(&expected).await?;
        if event == wanted {
            return Ok(());
        }
        Err(unexpected(expected, format!("{event:?}")))
    }

    /// The bookmark that ends the initial state; returns its version.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect_initial_events_end(&mut self) -> Verdict<ResourceVersion> {
        let expected = "BOOKMARK that ends the initial events";
        match self.next(expected).await? {
            Event::Bookmark(bookmark) if bookmark.initial_events_end => {
                Ok(bookmark.resource_version)
            }
            other => Err(unexpected(expected, format!("{other:?}"))),
        }
    }

    /// ERROR with that HTTP code, and the end of the watch.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect_error_and_end(&mut self, code: i32) -> Verdict<String> {
        let expected = format!("ERROR with code {code}");
        match self.next(&expected).await? {
            Event::Error(status) if status.code == Some(code) => {
                self.expect_end().await?;
                Ok(status.message.unwrap_or_default())
            }
            other => Err(unexpected(expected, format!("{other:?}"))),
        }
    }

    /// The end of the watch, with nothing before it.
    ///
    /// # Errors
    ///
    /// An event comes, or nothing in time.
    pub async fn expect_end(&mut self) -> Verdict {
        match timeout(deadline::END, self.0.next()).await {
            Ok(None) => Ok(()),
            Ok(Some(event)) => Err(unexpected(
                "the watch ends and nothing follows",
                format!("{event:?}"),
            )),
            Err(_) => Err(unexpected(
                "the watch ends",
                format!("it is still open after {:?}", deadline::END),
            )),
        }
    }

    /// A bookmark that does not end the initial state; returns its version.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub async fn expect_bookmark(&mut self) -> Verdict<ResourceVersion> {
        let expected = "BOOKMARK";
        match self.next(expected).await? {
            Event::Bookmark(bookmark) if !bookmark.initial_events_end => {
                Ok(bookmark.resource_version)
            }
            other => Err(unexpected(expected, format!("{other:?}"))),
        }
    }

    /// The next event, `None` inside at the end of the watch, or `None` where nothing comes for `wait`.
    pub async fn next_within(&mut self, wait: Duration) -> Option<Option<Event<Pod>>> {
        timeout(wait, self.0.next()).await.ok()
    }

    /// Everything that comes until the watch ends, which it must.
    ///
    /// # Errors
    ///
    /// It stays open.
    pub async fn drain(&mut self) -> Verdict<Vec<Event<Pod>>> {
        let mut events = Vec::new();
        loop {
            match timeout(deadline::END, self.0.next()).await {
                Ok(Some(event)) => events.push(event),
                Ok(None) => return Ok(events),
                Err(_) => {
                    return Err(unexpected(
                        "the watch ends",
                        format!("it is still open after {:?}", deadline::END),
                    ));
                }
            }
        }
    }

    /// Stops the watch; what was delivered may still be read.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// The watch itself.
    pub fn into_inner(self) -> Watch<Pod> {
        self.0
    }
}
