use std::time::Duration;

use storeproof::storage::{
    Event, Object, SelectionPredicate, Store, Update, UpdateOptions, Watch, WatchOptions,
    update_with,
};
use storeproof_fixtures::objects::{Pod, PodExt, key_of, pod};
use tokio::time::timeout;

use super::{
    describe,
    operation::{Scope, Select},
    player::predicate,
    versions::Versions,
};
use crate::harness::Verdict;

/// The watches that a sequence has opened on one store.
pub(super) struct Watches {
    open: Vec<Open>,
    patience: Duration,
    syncs: u32,
}

struct Open {
    number: usize,
    scope: Scope,
    select: SelectionPredicate<Pod>,
    watch: Option<Watch<Pod>>,
}

impl Watches {
    /// Waits no longer than `patience` for one event.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            open: Vec::new(),
            patience,
            syncs: 0,
        }
    }

    pub(super) async fn open(
        &mut self,
        store: &dyn Store<Pod>,
        scope: Scope,
        from: String,
        select: Select,
        initial: Option<bool>,
    ) -> String {
        // One object is watched whole: a selection that it never matches could not be waited for.
        let select = match scope {
            Scope::Object(_) => predicate(Select::Everything),
            _ => predicate(select),
        };
        let options = WatchOptions {
            resource_version: from,
            predicate: SelectionPredicate {
                allow_watch_bookmarks: initial == Some(true),
                ..select.clone()
            },
            recursive: scope.is_recursive(),
            progress_notify: false,
            send_initial_events: initial,
        };
        match store.watch(&scope.key(), options).await {
            Ok(watch) => {
                let number = self.open.len();
                self.open.push(Open {
                    number,
                    scope,
                    select,
                    watch: Some(watch),
                });
                format!("watching as number {number}")
            }
            Err(error) => describe::error(&error),
        }
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
            sentinels.push(write(store, &sentinel, versions).await?);
        }
        let mut told = Vec::new();
        for open in &mut self.open {
            let target = sentinels
                .iter()
                .rfind(|sentinel| open.sees(sentinel))
                .map(|sentinel| sentinel.version().to_owned());
            let events = open.read_up_to(target, versions, self.patience).await;
            if !events.is_empty() {
                told.push(format!("watch {}: {}", open.number, events.join(", ")));
            }
        }
        Ok(told.join("; "))
    }

    fn sentinels(&self, mark: &str) -> Vec<Pod> {
        let mut sentinels = vec![pod("ns", "zz"), pod("ns2", "zz")];
        for open in &self.open {
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
}

impl Open {
    fn sees(&self, sentinel: &Pod) -> bool {
        let key = key_of(sentinel);
        let inside = match self.scope {
            Scope::All => true,
            Scope::Namespace(_) => key.starts_with(&format!("{}/", self.scope.key())),
            Scope::Object(name) => key == name.key(),
        };
        inside && self.select.matches(sentinel)
    }

    async fn read_up_to(
        &mut self,
        target: Option<String>,
        versions: &Versions,
        patience: Duration,
    ) -> Vec<String> {
        let (Some(watch), Some(target)) = (&mut self.watch, target) else {
            return Vec::new();
        };
        let mut told = Vec::new();
        loop {
            let event = match timeout(patience, watch.next()).await {
                Ok(Some(event)) => event,
                Ok(None) => {
                    told.push("the end".to_owned());
                    break;
                }
                Err(_) => {
                    told.push("nothing more, though a change followed".to_owned());
                    break;
                }
            };
            if matches!(&event, Event::Bookmark(bookmark) if !bookmark.initial_events_end) {
                continue;
            }
            told.push(describe::event(versions, &event));
            if event.object().is_some_and(|pod| pod.version() == target) {
                return told;
            }
        }
        self.watch = None;
        told
    }
}

async fn write(store: &dyn Store<Pod>, sentinel: &Pod, versions: &mut Versions) -> Verdict<Pod> {
    let options = UpdateOptions {
        ignore_not_found: true,
        ..UpdateOptions::default()
    };
    let mut update = update_with(|_, _| Ok(Update::from(sentinel.clone())));
    let written = store
        .guaranteed_update(&key_of(sentinel), options, &mut update)
        .await?;
    versions.note(written.resource_version()?);
    Ok(written)
}
