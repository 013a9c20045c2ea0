use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use storeproof::storage::{
    AcceptAll, DeleteOptions, GetOptions, ListOptions, Preconditions, ResourceVersion, Store,
    Update, UpdateOptions, update_with,
};
use storeproof_fixtures::objects::Pod;

use super::{
    asking::{matched, predicate},
    describe,
    operation::{At, Content, Demand, Match, Name, Operation, Scope, Select, Suggest},
    versions::Versions,
    watches::{Heard, Start, Watches},
};
use crate::harness::{Fault, Journal, Verdict};

/// Compacts the history of one store.
pub(super) type Compact =
    Arc<dyn Fn(ResourceVersion) -> BoxFuture<'static, crate::Result<()>> + Send + Sync>;

/// Plays operations on one store and tells what it answers, in words that compare.
pub(super) struct Player {
    pub(super) store: Journal,
    pub(super) versions: Versions,
    compact: Option<Compact>,
    compacted: ResourceVersion,
    known: HashMap<(u8, u8), Known>,
    watches: Watches,
    /// How many requests had been noted before the last operation.
    noted: usize,
}

/// The last two states of an object that the player saw.
#[derive(Default)]
struct Known {
    previous: Option<Pod>,
    current: Option<Pod>,
}

impl Player {
    pub(super) async fn new(
        store: Journal,
        compact: Option<Compact>,
        patience: Duration,
    ) -> Verdict<Self> {
        let opened = store.current_resource_version().await?;
        Ok(Self {
            versions: Versions::from(opened),
            watches: Watches::new(patience),
            compacted: ResourceVersion::UNSET,
            known: HashMap::new(),
            noted: 0,
            store,
            compact,
        })
    }

    pub(super) async fn play(&mut self, operation: &Operation) -> Verdict<String> {
        self.begin();
        Ok(match operation {
            Operation::Create(name, content) => self.create(*name, *content).await,
            Operation::Update {
                name,
                content,
                create,
                demand,
                suggest,
            } => {
                self.update(*name, *content, *create, *demand, *suggest)
                    .await
            }
            Operation::Delete {
                name,
                demand,
                suggest,
            } => self.delete(*name, *demand, *suggest).await,
            Operation::Get {
                name,
                ignore_not_found,
                at,
            } => self.get(*name, *ignore_not_found, *at).await,
            Operation::List {
                scope,
                at,
                matching,
                select,
            } => self.list(*scope, *at, *matching, *select).await,
            Operation::Pages {
                scope,
                at,
                select,
                limit,
                between,
            } => self.pages(*scope, *at, *select, *limit, *between).await?,
            Operation::Watch {
                scope,
                from,
                select,
                initial,
            } => {
                let start = Start {
                    scope: *scope,
                    from: self.start_of_watch(*from, *initial),
                    select: *select,
                    initial: *initial,
                };
                self.watches
                    .open(&self.store, &mut self.versions, start)
                    .await?
            }
            Operation::Query(query) => self.query(*query).await?,
            Operation::Count => match self.store.stats().await {
                Ok(stats) => format!("{} objects", stats.object_count),
                Err(error) => describe::error(&error),
            },
            Operation::Compact(at) => {
                let events = self.catch_up().await?;
                self.compact(*at).await?;
                events
            }
        })
    }

    /// Lets all watches catch up and tells what they saw.
    pub(super) async fn sync(&mut self) -> Verdict<String> {
        self.begin();
        self.catch_up().await
    }

    /// The same in the middle of an operation.
    pub(super) async fn catch_up(&mut self) -> Verdict<String> {
        self.watches.sync(&self.store, &mut self.versions).await
    }

    /// What the watches told in the last operation.
    pub(super) fn heard(&self) -> &[Heard] {
        self.watches.heard()
    }

    /// Whether the last operation was one request, or ended with opening a watch.
    pub(super) fn asked_once(&self) -> bool {
        let trace = self.store.trace();
        trace.ends_with_opening() || trace.requests() == self.noted + 1
    }

    fn begin(&mut self) {
        self.noted = self.store.trace().requests();
        self.watches.forget();
    }

    async fn create(&mut self, name: Name, content: Content) -> String {
        let result = self
            .store
            .create(&name.key(), &name.pod(content), None)
            .await;
        self.written(name, result)
    }

    pub(super) async fn update(
        &mut self,
        name: Name,
        content: Content,
        create: bool,
        demand: Demand,
        suggest: Suggest,
    ) -> String {
        let options = UpdateOptions {
            ignore_not_found: create,
            preconditions: self.preconditions(demand),
            suggestion: self.suggestion(name, suggest),
        };
        let mut update = update_with(|_, _| Ok(Update::from(name.pod(content))));
        let result = self
            .store
            .guaranteed_update(&name.key(), options, &mut update)
            .await;
        self.written(name, result)
    }

    pub(super) async fn delete(&mut self, name: Name, demand: Demand, suggest: Suggest) -> String {
        let options = DeleteOptions {
            preconditions: self.preconditions(demand),
            suggestion: self.suggestion(name, suggest),
            expect_transform_or_decode_error: false,
        };
        match self
            .store
            .delete(&name.key(), options, &mut AcceptAll)
            .await
        {
            Ok(Some(pod)) => {
                self.note(&pod);
                describe::object(&self.versions, &pod)
            }
            Ok(None) => "deleted, but no object is returned".to_owned(),
            Err(error) => describe::error(&error),
        }
    }

    async fn get(&mut self, name: Name, ignore_not_found: bool, at: At) -> String {
        let options = GetOptions {
            ignore_not_found,
            resource_version: self.versions.text(at),
        };
        match self.store.get(&name.key(), &options).await {
            Ok(Some(pod)) => describe::object(&self.versions, &pod),
            Ok(None) => "nothing".to_owned(),
            Err(error) => describe::error(&error),
        }
    }

    async fn list(&mut self, scope: Scope, at: At, matching: Match, select: Select) -> String {
        let options = ListOptions {
            resource_version: self.versions.text(at),
            resource_version_match: matched(matching),
            predicate: predicate(select),
            recursive: scope.is_recursive(),
        };
        match self.store.get_list(&scope.key(), &options).await {
            Ok(list) => describe::list(&self.versions, &list),
            Err(failed) => describe::error(&failed.error),
        }
    }

    async fn compact(&mut self, at: At) -> Verdict {
        match self.versions.resolve(at) {
            Some(version) => self.compact_at(version).await,
            None => Ok(()),
        }
    }

    pub(super) async fn compact_at(&mut self, version: ResourceVersion) -> Verdict {
        let Some(compact) = &self.compact else {
            return Err(Fault::hook("compaction", "it is not declared"));
        };
        if version <= self.compacted {
            return Ok(());
        }
        compact(version)
            .await
            .map_err(|error| Fault::hook("compaction", error))?;
        self.store.trace().note(format!("compact at {version}"));
        self.compacted = version;
        Ok(())
    }

    /// A watch from the future would wait for ever, and one from right below a compaction may or may not find what it
    /// needs: both are the business of single cases.
    fn start_of_watch(&self, from: At, initial: Option<bool>) -> String {
        let from = match from {
            At::Future if initial != Some(true) => At::Unset,
            other => other,
        };
        match self.versions.resolve(from) {
            None => String::new(),
            Some(version) if !version.is_unset() && version.next() == self.compacted => {
                self.compacted.to_string()
            }
            Some(version) => version.to_string(),
        }
    }

    fn preconditions(&self, demand: Demand) -> Option<Preconditions> {
        let (uid, at) = match demand {
            Demand::Nothing => return None,
            Demand::Uid(uid) => (Some(uid), None),
            Demand::Version(at) => (None, Some(at)),
            Demand::Both(uid, at) => (Some(uid), Some(at)),
        };
        Some(Preconditions {
            uid: uid.map(|uid| if uid { "uid-1" } else { "uid-0" }.to_owned()),
            resource_version: at.map(|at| self.versions.text(at)),
        })
    }

    fn suggestion(&self, name: Name, suggest: Suggest) -> Option<Pod> {
        let known = self.known.get(&(name.namespace, name.name))?;
        match suggest {
            Suggest::Nothing => None,
            Suggest::Current => known.current.clone(),
            Suggest::Previous => known.previous.clone(),
        }
    }

    fn written(&mut self, name: Name, result: storeproof::storage::Result<Pod>) -> String {
        match result {
            Ok(pod) => {
                self.note(&pod);
                let known = self.known.entry((name.namespace, name.name)).or_default();
                if known.current.as_ref() != Some(&pod) {
                    known.previous = known.current.replace(pod.clone());
                }
                describe::object(&self.versions, &pod)
            }
            Err(error) => describe::error(&error),
        }
    }

    fn note(&mut self, pod: &Pod) {
        use storeproof::storage::Object;
        if let Ok(version) = pod.resource_version() {
            self.versions.note(version);
        }
    }
}
