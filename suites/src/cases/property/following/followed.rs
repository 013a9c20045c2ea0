use std::time::Duration;

use storeproof::storage::{Event, Object, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::Pod;
use tokio::time::Instant;

use super::{
    delivery::{Delivered, End, next},
    difference::{self, State},
    history::History,
    look::Look,
    tell,
};
use crate::{
    cases::property::versions::Versions,
    harness::{Apart, Fault, Verdict, Watching, deadline, wanted_of},
    report::timeline::Expected,
};

/// How something is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// From the version of a list.
    Plain,
    /// With the state first, and with bookmarks on request.
    Bookmarks,
}

impl Manner {
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Plain => "list and watch",
            Self::Bookmarks => "watch, with the state first,",
        }
    }

    pub(super) fn resumption(self, after: u8) -> String {
        match self {
            Self::Plain => format!("drop each watch after {after} events, and resume it"),
            Self::Bookmarks => {
                format!("drop each watch behind {after} events and a bookmark, and resume it")
            }
        }
    }
}

/// A watch, and lists of what it is about as it is after every write.
pub(super) struct Followed<'a> {
    apart: &'a Apart,
    pub(super) look: Look,
    manner: Manner,
    patience: Duration,
    states: Vec<State>,
    watch: Watching,
    /// The watches that were dropped before it.
    dropped: Vec<usize>,
    /// How many changes were delivered.
    seen: usize,
    /// The last version that was shown.
    last: ResourceVersion,
    /// Everything that was delivered, and where watches were resumed.
    told: Vec<String>,
}

impl<'a> Followed<'a> {
    pub(super) async fn begin(
        apart: &'a Apart,
        look: Look,
        manner: Manner,
        patience: Duration,
        history: &History<'_>,
    ) -> Verdict<Self> {
        let store = &*apart.instance.store;
        let list = store.get_list(&look.key(), &look.list(None)).await?;
        let options = match manner {
            Manner::Plain => look.watch(list.resource_version),
            Manner::Bookmarks => with_bookmarks(look.watch_with_state()),
        };
        let watch = apart.watch(&look.key(), options).await?;
        let mut followed = Self {
            apart,
            look,
            manner,
            patience,
            watch,
            dropped: Vec::new(),
            seen: 0,
            last: list.resource_version,
            told: Vec::new(),
            states: vec![State {
                at: list.resource_version,
                items: list.items,
            }],
        };
        if manner == Manner::Bookmarks {
            followed.read_state(&history.versions).await?;
        }
        Ok(followed)
    }

    /// The state is read before the next change: when a store reads it is its own affair.
    async fn read_state(&mut self, versions: &Versions) -> Verdict {
        let state = self.states.first().map(|state| state.items.clone());
        let expected: Vec<_> = state.into_iter().flatten().map(Event::Added).collect();
        let delivered = Delivered::read(&mut self.watch, &expected, self.patience).await;
        self.told.extend(delivered.phrases(versions));
        if delivered.events != expected {
            let state = tell::events(versions, &expected);
            let wanted = delivered.first_wanting(&expected);
            return Err(self.failed(wanted, &format!("{state} first"), versions));
        }
        match self.next(versions).await {
            Ok(Event::Bookmark(mark))
                if mark.initial_events_end && mark.resource_version >= self.last =>
            {
                self.last = mark.resource_version;
                Ok(())
            }
            _ => Err(self.failed_of_bookmark(
                "a bookmark behind the state, not before its version",
                versions,
            )),
        }
    }

    /// Lists as it is now, which is after the write of that version.
    pub(super) async fn list(&mut self, at: ResourceVersion) -> Verdict {
        let store = &*self.apart.instance.store;
        let (key, options) = (self.look.key(), self.look.list(None));
        let items = store.get_list(&key, &options).await?.items;
        self.states.push(State { at, items });
        Ok(())
    }

    /// Reads so many changes of those that are due, drops the watch, and begins another one after what was shown last.
    pub(super) async fn resume(&mut self, after: usize, versions: &Versions) -> Verdict {
        self.read(after, versions).await?;
        let mut options = self.look.watch(self.last);
        if self.manner == Manner::Bookmarks {
            self.read_bookmark(versions).await?;
            options = with_bookmarks(self.look.watch(self.last));
        }
        let resumed = tell::version(versions, self.last);
        self.told.push(format!("resumed after {resumed}"));
        let watch = self.apart.watch(&self.look.key(), options).await?;
        let dropped = std::mem::replace(&mut self.watch, watch);
        self.dropped.extend(dropped.number());
        Ok(())
    }

    /// Reads everything that is due.
    pub(super) async fn finish(&mut self, versions: &Versions) -> Verdict {
        self.read(usize::MAX, versions).await
    }

    async fn read(&mut self, most: usize, versions: &Versions) -> Verdict {
        let due = self.due().len().min(most);
        let until = self.seen + due;
        while self.seen < until {
            let event = self.next(versions).await;
            self.take(event, versions)?;
        }
        Ok(())
    }

    /// Asks for progress until there is a bookmark: servers may drop a request that comes too early.
    async fn read_bookmark(&mut self, versions: &Versions) -> Verdict {
        let (patience, given_up) = (self.patience, Instant::now() + self.patience);
        self.patience = deadline::PROGRESS.min(patience);
        let mut ended = None;
        while ended.is_none() {
            let store = &*self.apart.instance.store;
            store.request_watch_progress().await?;
            ended = match self.next(versions).await {
                Err(End::Silent) if Instant::now() < given_up => None,
                Err(_) => Some(Err(
                    self.failed_of_bookmark("a bookmark, as progress was asked for", versions)
                )),
                event => {
                    let is_bookmark = matches!(event, Ok(Event::Bookmark(_)));
                    let taken = self.take(event, versions);
                    (is_bookmark || taken.is_err()).then_some(taken)
                }
            };
        }
        self.patience = patience;
        ended.unwrap_or(Ok(()))
    }

    /// The changes that are still to come.
    fn due(&self) -> Vec<Event<Pod>> {
        difference::events(&self.states).split_off(self.seen)
    }

    /// The next change that is due, or a bookmark that covers none of them.
    fn take(&mut self, event: Result<Event<Pod>, End>, versions: &Versions) -> Verdict {
        let due = self.due();
        let wanted = due.first();
        match event {
            Ok(Event::Bookmark(mark)) if self.manner == Manner::Bookmarks => {
                let at = mark.resource_version;
                let overtakes = wanted.is_some_and(|change| version(change) <= at);
                if mark.initial_events_end || overtakes || at < self.last {
                    let expected = "bookmarks that cover what was told, and nothing else";
                    return Err(match wanted {
                        Some(change) if overtakes => {
                            self.failed(wanted_of(change, None), expected, versions)
                        }
                        _ => self.failed_of_bookmark(expected, versions),
                    });
                }
                self.last = at;
                Ok(())
            }
            Ok(event) if wanted == Some(&event) => {
                self.seen += 1;
                self.last = version(&event);
                Ok(())
            }
            other => {
                let all = difference::events(&self.states);
                let wanted = match wanted {
                    Some(change) => wanted_of(change, other.as_ref().ok()),
                    None => Expected::Words("nothing more".to_owned()),
                };
                Err(self.failed(wanted, &tell::events(versions, &all), versions))
            }
        }
    }

    async fn next(&mut self, versions: &Versions) -> Result<Event<Pod>, End> {
        let event = next(&mut self.watch, self.patience).await;
        match &event {
            Ok(event) => self.told.push(tell::event(versions, event)),
            Err(end) => self.told.push(end.phrase().to_owned()),
        }
        event
    }

    fn failed_of_bookmark(&self, expected: &str, versions: &Versions) -> Fault {
        self.failed(Expected::Words(expected.to_owned()), expected, versions)
    }

    /// What came last is wrong.
    fn failed(&self, wanted: Expected, expected: &str, versions: &Versions) -> Fault {
        let first = self.states.first();
        let from = first.map_or_else(String::new, |state| tell::version(versions, state.at));
        let listed = first.map_or_else(String::new, |state| tell::objects(versions, &state.items));
        self.watch.wrong_beside(
            &self.dropped,
            &wanted,
            format!(
                "the list of {} at {from} is {listed}, and the watch tells {expected}",
                self.look
            ),
            format!("it tells [{}]", self.told.join(", ")),
        )
    }
}

fn with_bookmarks(mut options: WatchOptions<Pod>) -> WatchOptions<Pod> {
    options.progress_notify = true;
    options.predicate.allow_watch_bookmarks = true;
    options
}

/// The version of a change; none of an event without an object.
fn version(change: &Event<Pod>) -> ResourceVersion {
    let object = change.object();
    object
        .and_then(|pod| pod.resource_version().ok())
        .unwrap_or_default()
}
