use std::time::Duration;

use storeproof::storage::{Event, ListOptions, SelectionPredicate, Store, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key_of, pod};

use super::{
    asking::predicate,
    describe,
    operation::{Scope, Select},
    versions::Versions,
    writing::put,
};
use crate::harness::{Journal, Verdict, Watching};

/// The watches that a sequence has opened on one store.
pub(super) struct Watches {
    open: Vec<Open>,
    patience: Duration,
    syncs: u32,
    /// What was told since somebody began to listen.
    heard: Vec<Heard>,
}

/// Something that a watch told.
pub(super) struct Heard {
    /// Which watch of the sequence.
    pub(super) watch: usize,
    /// How much it had told before.
    pub(super) before: usize,
    pub(super) phrase: String,
    /// The event, unless it is the end, or nothing came.
    pub(super) event: Option<Event<Pod>>,
}

struct Open {
    number: usize,
    scope: Scope,
    select: SelectionPredicate<Pod>,
    watch: Option<Watching>,
}

impl Watches {
    /// Waits no longer than `patience` for one event.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            open: Vec::new(),
            patience,
            syncs: 0,
            heard: Vec::new(),
        }
    }

    /// Opens a watch and reads the state it begins with, so that what follows is the same for every store: when a store
    /// reads that state is its own affair, as long as it is read before the next change.
    pub(super) async fn open(
        &mut self,
        store: &Journal,
        versions: &mut Versions,
        start: Start,
    ) -> Verdict<String> {
        let mut open = Open::new(self.open.len(), start.scope, start.select);
        let mut expected = 0;
        if start.begins_with_state() {
            expected = open.listed(store).await?;
            if expected == 0 && start.initial.is_none() {
                // Nothing would tell when an empty state was read.
                for sentinel in self.sentinels_with(&open, "begin") {
                    put(store, versions, &sentinel).await?;
                }
                expected = open.listed(store).await?;
            }
        }
        let options = WatchOptions {
            resource_version: start.from,
            predicate: SelectionPredicate {
                allow_watch_bookmarks: start.initial == Some(true),
                ..open.select.clone()
            },
            recursive: start.scope.is_recursive(),
            progress_notify: false,
            send_initial_events: start.initial,
        };
        let watch = match Watching::start(store, &start.scope.key(), options).await {
            Ok(watch) => watch,
            Err(error) => return Ok(describe::error(&error)),
        };
        open.watch = Some(watch);
        let bookmark = usize::from(start.initial == Some(true));
        let state = open
            .read(expected + bookmark, versions, self.patience)
            .await;
        let told = format!("w{} begins with [{}]", open.number + 1, phrases(&state));
        self.heard.extend(state);
        self.open.push(open);
        Ok(told)
    }

    /// Makes a last change that each watch must see, and tells everything they saw up to it.
    pub(super) async fn sync(
        &mut self,
        store: &dyn Store<Pod>,
        versions: &mut Versions,
    ) -> Verdict<String> {
        if self.open.iter().all(|open| open.watch.is_none()) {
            return Ok("no watches".to_owned());
        }
        self.syncs += 1;
        let mark = format!("end {}", self.syncs);
        let mut sentinels = Vec::new();
        for sentinel in self.sentinels(&mark) {
            sentinels.push(put(store, versions, &sentinel).await?);
        }
        let mut told = Vec::new();
        for open in &mut self.open {
            let target = sentinels
                .iter()
                .rfind(|sentinel| open.sees(sentinel))
                .map(|sentinel| sentinel.version().to_owned());
            let events = open.read_up_to(target, versions, self.patience).await;
            if !events.is_empty() {
                told.push(format!("w{}: {}", open.number + 1, phrases(&events)));
            }
            self.heard.extend(events);
        }
        Ok(told.join("; "))
    }

    /// What was told since [`Watches::forget`].
    pub(super) fn heard(&self) -> &[Heard] {
        &self.heard
    }

    pub(super) fn forget(&mut self) {
        self.heard.clear();
    }

    fn sentinels(&self, mark: &str) -> Vec<Pod> {
        sentinels(self.open.iter(), mark)
    }

    fn sentinels_with(&self, another: &Open, mark: &str) -> Vec<Pod> {
        sentinels(self.open.iter().chain([another]), mark)
    }
}

fn phrases(heard: &[Heard]) -> String {
    let phrases = heard.iter().map(|one| &*one.phrase);
    phrases.collect::<Vec<_>>().join(", ")
}

/// One object in each namespace, and each object that is watched by itself.
fn sentinels<'a>(watches: impl Iterator<Item = &'a Open>, mark: &str) -> Vec<Pod> {
    let mut sentinels = vec![pod("ns", "zz"), pod("ns2", "zz")];
    for open in watches {
        if let Scope::Object(name) = open.scope {
            let sentinel = name.pod(super::operation::Content {
                uid: false,
                even: true,
                value: 0,
            });
            if !sentinels
                .iter()
                .any(|other| key_of(other) == key_of(&sentinel))
            {
                sentinels.push(sentinel);
            }
        }
    }
    sentinels
        .into_iter()
        .map(|mut sentinel| {
            sentinel.metadata.annotations = None;
            sentinel.label("even", "true").annotation("sentinel", mark)
        })
        .collect()
}

/// How a watch is to begin.
pub(super) struct Start {
    pub(super) scope: Scope,
    pub(super) from: String,
    pub(super) select: Select,
    pub(super) initial: Option<bool>,
}

impl Start {
    fn begins_with_state(&self) -> bool {
        match self.initial {
            Some(wanted) => wanted,
            None => matches!(self.from.as_str(), "" | "0"),
        }
    }
}

impl Open {
    fn new(number: usize, scope: Scope, select: Select) -> Self {
        // One object is watched whole: a selection that it never matches could not be waited for.
        let select = match scope {
            Scope::Object(_) => predicate(Select::Everything),
            _ => predicate(select),
        };
        Self {
            number,
            scope,
            select,
            watch: None,
        }
    }

    /// How many objects the watch would begin with.
    async fn listed(&mut self, store: &dyn Store<Pod>) -> Verdict<usize> {
        let options = ListOptions {
            predicate: self.select.clone(),
            recursive: self.scope.is_recursive(),
            ..ListOptions::default()
        };
        Ok(store
            .get_list(&self.scope.key(), &options)
            .await?
            .items
            .len())
    }

    fn sees(&self, sentinel: &Pod) -> bool {
        let key = key_of(sentinel);
        let inside = match self.scope {
            Scope::All => true,
            Scope::Namespace(_) => key.starts_with(&format!("{}/", self.scope.key())),
            Scope::Object(name) => key == name.key(),
        };
        inside && self.select.matches(sentinel)
    }

    /// So many events, or as many as come.
    async fn read(&mut self, count: usize, versions: &Versions, patience: Duration) -> Vec<Heard> {
        let mut told = Vec::new();
        while told.len() < count && self.watch.is_some() {
            self.read_one(versions, patience, &mut told).await;
        }
        told
    }

    async fn read_up_to(
        &mut self,
        target: Option<String>,
        versions: &Versions,
        patience: Duration,
    ) -> Vec<Heard> {
        let mut told = Vec::new();
        let Some(target) = target else { return told };
        while self.watch.is_some() {
            let event = self.read_one(versions, patience, &mut told).await;
            let object = event.as_ref().and_then(Event::object);
            if object.is_some_and(|pod| pod.version() == target) {
                break;
            }
        }
        told
    }

    /// The next event, told; the watch is given up where none comes.
    async fn read_one(
        &mut self,
        versions: &Versions,
        patience: Duration,
        told: &mut Vec<Heard>,
    ) -> Option<Event<Pod>> {
        let watch = self.watch.as_mut()?;
        let before = watch.told();
        let (phrase, event) = match watch.next_or_silence(patience).await {
            Some(Some(Event::Bookmark(bookmark))) if !bookmark.initial_events_end => return None,
            Some(Some(event)) => (describe::event(versions, &event), Some(event)),
            Some(None) => ("the end".to_owned(), None),
            None => ("nothing more, though more is due".to_owned(), None),
        };
        if event.is_none() {
            self.watch = None;
        }
        told.push(Heard {
            watch: self.number,
            before,
            phrase,
            event: event.clone(),
        });
        event
    }
}
