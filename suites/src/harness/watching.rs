use std::time::Duration;

use storeproof::storage::{Event, ResourceVersion, Result, Watch, WatchOptions};
use storeproof_fixtures::objects::Pod;
use tokio::time::timeout;

use super::{
    Culprit, Fault, Journal, Trace, Verdict, Wrong, deadline, difference::difference, trace::told,
    unexpected,
};
use crate::report::timeline::{Expected, Told};

/// A running watch, with a verb for each kind of event. Every verb waits no longer than its deadline, and marks in the
/// trace where something else came than it waited for.
#[derive(Debug)]
pub struct Watching {
    watch: Watch<Pod>,
    /// Where the watch is noted, and by which number.
    noted: Option<(Trace, usize)>,
    /// How much it has told, ends and silences included.
    told: usize,
}

impl Watching {
    /// Wraps a watch that was just started.
    pub fn new(watch: Watch<Pod>) -> Self {
        Self {
            watch,
            noted: None,
            told: 0,
        }
    }

    /// The same for a watch that a trace knows by a number.
    pub(super) fn noted(watch: Watch<Pod>, trace: Trace, number: usize) -> Self {
        Self {
            noted: Some((trace, number)),
            ..Self::new(watch)
        }
    }

    /// Starts a watch, of which everything is noted.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn start(journal: &Journal, key: &str, options: WatchOptions<Pod>) -> Result<Self> {
        let (watch, number) = journal.watch_noted(key, options).await?;
        Ok(Self::noted(watch, journal.trace().clone(), number))
    }

    /// Its number, where it is noted.
    pub fn number(&self) -> Option<usize> {
        self.noted.as_ref().map(|(_, number)| *number)
    }

    /// How much it has told, ends and silences included.
    pub fn told(&self) -> usize {
        self.told
    }

    /// The next event, whatever it is.
    ///
    /// # Errors
    ///
    /// None comes in time, or the watch ends.
    pub async fn next(&mut self, expected: &str) -> Verdict<Event<Pod>> {
        let wanted = Expected::Words(expected.to_owned());
        self.wait_for(&wanted, expected).await
    }

    /// The next event, with what should come for the trace and at length.
    async fn wait_for(&mut self, wanted: &Expected, expected: &str) -> Verdict<Event<Pod>> {
        match self.next_or_silence(deadline::EVENT).await {
            Some(Some(event)) => Ok(event),
            Some(None) => Err(self.wrong(wanted, expected, "the watch ended")),
            None => {
                let observed = format!("no event for {:?}", deadline::EVENT);
                Err(self.wrong(wanted, expected, observed))
            }
        }
    }

    /// The next event, `None` inside at the end of the watch, or `None` where nothing comes for `wait`, though it should:
    /// that is noted as something that the watch told.
    pub async fn next_or_silence(&mut self, wait: Duration) -> Option<Option<Event<Pod>>> {
        let next = self.next_within(wait).await;
        if next.is_none() {
            self.told += 1;
            self.silent(wait);
        }
        next
    }

    fn silent(&self, time: Duration) {
        if let Some((trace, number)) = &self.noted {
            trace.told(*number, Told::Silence(time));
        }
    }

    /// What came last is not what was waited for.
    pub fn wrong(&self, wanted: &Expected, expected: &str, observed: impl Into<String>) -> Fault {
        self.mark(wanted, expected, None);
        unexpected(expected, observed)
    }

    /// The failure of what this watch told last, which a picture shows with the watches `beside` and no others.
    pub fn wrong_beside(
        &self,
        beside: &[usize],
        wanted: &Expected,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Fault {
        let expected = expected.into();
        self.mark(wanted, &expected, Some(beside.to_vec()));
        unexpected(expected, observed)
    }

    fn mark(&self, wanted: &Expected, expected: &str, beside: Option<Vec<usize>>) {
        if let Some((trace, watch)) = &self.noted {
            trace.wrong(Wrong {
                culprit: Culprit::Last { watch: *watch },
                wanted: wanted.clone(),
                expected: expected.to_owned(),
                beside,
            });
        }
    }

    /// What came last is not what was expected, in words.
    fn not(&self, wanted: &str, expected: &str, observed: impl Into<String>) -> Fault {
        self.wrong(&Expected::Words(wanted.to_owned()), expected, observed)
    }

    /// Nothing came for so long, though something was waited for.
    pub fn nothing_came(&self, time: Duration, expected: &str) -> Fault {
        self.silent(time);
        self.not(expected, expected, format!("no event for {time:?}"))
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
        let event = self.wait_for(&wanted_of(&wanted, None), &expected).await?;
        if event == wanted {
            return Ok(());
        }
        let in_short = wanted_of(&wanted, Some(&event));
        Err(self.wrong(&in_short, &expected, format!("{event:?}")))
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
            other => Err(self.not(expected, expected, format!("{other:?}"))),
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
            other => Err(self.not(&expected, &expected, format!("{other:?}"))),
        }
    }

    /// The end of the watch, with nothing before it.
    ///
    /// # Errors
    ///
    /// An event comes, or nothing in time.
    pub async fn expect_end(&mut self) -> Verdict {
        match timeout(deadline::END, self.watch.next()).await {
            Ok(None) => Ok(()),
            Ok(Some(event)) => {
                let expected = "the watch ends and nothing follows";
                Err(self.not("the end", expected, format!("{event:?}")))
            }
            Err(_) => Err(self.open()),
        }
    }

    /// The watch should have ended and did not.
    fn open(&self) -> Fault {
        self.silent(deadline::END);
        let observed = format!("it is still open after {:?}", deadline::END);
        self.not("the end", "the watch ends", observed)
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
            other => Err(self.not(expected, expected, format!("{other:?}"))),
        }
    }

    /// The next event, `None` inside at the end of the watch, or `None` where nothing comes for `wait`.
    pub async fn next_within(&mut self, wait: Duration) -> Option<Option<Event<Pod>>> {
        let next = timeout(wait, self.watch.next()).await.ok();
        self.told += usize::from(next.is_some());
        next
    }

    /// Everything that comes until the watch ends, which it must.
    ///
    /// # Errors
    ///
    /// It stays open.
    pub async fn drain(&mut self) -> Verdict<Vec<Event<Pod>>> {
        let mut events = Vec::new();
        loop {
            match timeout(deadline::END, self.watch.next()).await {
                Ok(Some(event)) => events.push(event),
                Ok(None) => return Ok(events),
                Err(_) => return Err(self.open()),
            }
        }
    }

    /// Stops the watch; what was delivered may still be read.
    pub fn stop(&self) {
        if let Some((trace, number)) = &self.noted {
            trace.stopped(*number);
        }
        self.watch.stop();
    }

    /// The watch itself.
    pub fn into_inner(self) -> Watch<Pod> {
        self.watch
    }
}

/// What should have come, in few words: the event, or where another one looks the same, the first field that differs.
pub fn wanted_of(wanted: &Event<Pod>, found: Option<&Event<Pod>>) -> Expected {
    let objects = found
        .filter(|found| told(found) == told(wanted))
        .and_then(|found| Some((wanted.object()?, found.object()?)));
    match objects {
        Some((wanted, found)) => Expected::Words(difference(wanted, found)),
        None => Expected::Told(told(wanted)),
    }
}
