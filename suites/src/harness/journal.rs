use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use storeproof::storage::{
    DeleteOptions, Error, Event, GetOptions, ItemsOnError, KeysFunction, List, ListOptions,
    ResourceVersion, ResourceVersionMatch, Result, Stats, Store, TryUpdate, UpdateOptions,
    ValidateDeletion, Watch, WatchOptions,
};
use storeproof_fixtures::objects::{Pod, PodExt};

/// So many operations are kept; a failure shows the last ones.
const KEPT: usize = 24;

/// The last operations on a store, as short phrases with their results.
#[derive(Clone, Debug, Default)]
pub struct Operations(Arc<Mutex<VecDeque<String>>>);

impl Operations {
    /// Notes one operation.
    pub fn note(&self, phrase: impl Into<String>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(phrase.into());
    }

    /// What is kept, oldest first.
    pub fn to_vec(&self) -> Vec<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }
}

/// A store that notes every operation on another one, so that a failure can tell what led to it.
pub struct Journal {
    store: Arc<dyn Store<Pod>>,
    operations: Operations,
}

impl Journal {
    /// Notes in `operations` what is done to `store`.
    pub fn new(store: Arc<dyn Store<Pod>>, operations: Operations) -> Self {
        Self { store, operations }
    }

    fn note<R>(&self, phrase: String, result: &Result<R>, show: impl FnOnce(&R) -> String) {
        let outcome = match result {
            Ok(value) => show(value),
            Err(error) => error_phrase(error),
        };
        self.operations.note(format!("{phrase} → {outcome}"));
    }
}

fn error_phrase(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some((end, _)) = text.char_indices().nth(160) {
        text.truncate(end);
        text.push('…');
    }
    format!("error: {text}")
}

fn pod_phrase(pod: &Pod) -> String {
    format!("{} @{}", pod.name(), pod.version())
}

fn event_phrase(event: &Event<Pod>) -> String {
    match event {
        Event::Added(pod) | Event::Modified(pod) | Event::Deleted(pod) => {
            format!("{} {}", event.kind(), pod_phrase(pod))
        }
        Event::Bookmark(bookmark) => {
            let end = if bookmark.initial_events_end {
                ", initial events end"
            } else {
                ""
            };
            format!("BOOKMARK @{}{end}", bookmark.resource_version)
        }
        Event::Error(status) => {
            format!("ERROR {}", status.message.as_deref().unwrap_or_default())
        }
    }
}

fn version_phrase(version: &str) -> String {
    if version.is_empty() {
        String::new()
    } else {
        format!(" at {version}")
    }
}

fn list_phrase(key: &str, options: &ListOptions<Pod>) -> String {
    let mut text = format!("list {key}{}", version_phrase(&options.resource_version));
    match &options.resource_version_match {
        ResourceVersionMatch::Unset => {}
        ResourceVersionMatch::Exact => text.push_str(" exactly"),
        ResourceVersionMatch::NotOlderThan => text.push_str(" or newer"),
        ResourceVersionMatch::Other(other) => {
            let _ = write!(text, " match {other:?}");
        }
    }
    if !options.recursive {
        text.push_str(" alone");
    }
    let predicate = &options.predicate;
    if predicate.limit != 0 {
        let _ = write!(text, ", limit {}", predicate.limit);
    }
    if !predicate.is_empty() {
        let _ = write!(text, ", where {}{}", predicate.label, predicate.field);
    }
    if !predicate.continue_token.is_empty() {
        text.push_str(", continued");
    }
    text
}

#[async_trait]
impl Store<Pod> for Journal {
    async fn create(&self, key: &str, object: &Pod, ttl: Option<Duration>) -> Result<Pod> {
        let result = self.store.create(key, object, ttl).await;
        self.note(format!("create {key}"), &result, pod_phrase);
        result
    }

    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<Pod>> {
        let result = self.store.get(key, options).await;
        let phrase = format!("get {key}{}", version_phrase(&options.resource_version));
        self.note(phrase, &result, |found| {
            found.as_ref().map_or("nothing".to_owned(), pod_phrase)
        });
        result
    }

    async fn get_list(
        &self,
        key: &str,
        options: &ListOptions<Pod>,
    ) -> Result<List<Pod>, ItemsOnError<Pod>> {
        let result = self.store.get_list(key, options).await;
        let outcome = match &result {
            Ok(list) => {
                let more = match (&*list.continue_token, list.remaining_item_count) {
                    ("", _) => String::new(),
                    (_, Some(remaining)) => format!(", {remaining} more"),
                    (_, None) => ", more".to_owned(),
                };
                format!(
                    "{} objects at {}{more}",
                    list.items.len(),
                    list.resource_version
                )
            }
            Err(failed) => error_phrase(&failed.error),
        };
        self.operations
            .note(format!("{} → {outcome}", list_phrase(key, options)));
        result
    }

    async fn guaranteed_update(
        &self,
        key: &str,
        options: UpdateOptions<Pod>,
        update: &mut dyn TryUpdate<Pod>,
    ) -> Result<Pod> {
        let suggested = if options.suggestion.is_some() {
            " with a suggestion"
        } else {
            ""
        };
        let result = self.store.guaranteed_update(key, options, update).await;
        self.note(format!("update {key}{suggested}"), &result, pod_phrase);
        result
    }

    async fn delete(
        &self,
        key: &str,
        options: DeleteOptions<Pod>,
        validate: &mut dyn ValidateDeletion<Pod>,
    ) -> Result<Option<Pod>> {
        let suggested = if options.suggestion.is_some() {
            " with a suggestion"
        } else {
            ""
        };
        let result = self.store.delete(key, options, validate).await;
        self.note(format!("delete {key}{suggested}"), &result, |deleted| {
            deleted
                .as_ref()
                .map_or("an unreadable object".to_owned(), pod_phrase)
        });
        result
    }

    async fn watch(&self, key: &str, options: WatchOptions<Pod>) -> Result<Watch<Pod>> {
        let from = if options.resource_version.is_empty() {
            "now".to_owned()
        } else {
            options.resource_version.clone()
        };
        let result = self.store.watch(key, options).await;
        self.note(format!("watch {key} from {from}"), &result, |_| {
            "watching".to_owned()
        });
        let operations = self.operations.clone();
        result.map(|watch| {
            watch.filter_map(move |event| {
                operations.note(format!("  event {}", event_phrase(&event)));
                Some(event)
            })
        })
    }

    async fn stats(&self) -> Result<Stats> {
        let result = self.store.stats().await;
        self.note("count".to_owned(), &result, |stats| {
            format!("{} objects", stats.object_count)
        });
        result
    }

    fn readiness_check(&self) -> Result<()> {
        self.store.readiness_check()
    }

    async fn request_watch_progress(&self) -> Result<()> {
        let result = self.store.request_watch_progress().await;
        self.note("request watch progress".to_owned(), &result, |()| {
            "requested".to_owned()
        });
        result
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        let result = self.store.current_resource_version().await;
        self.note(
            "current version".to_owned(),
            &result,
            ResourceVersion::to_string,
        );
        result
    }

    fn enable_resource_size_estimation(&self, keys: KeysFunction) -> Result<()> {
        self.store.enable_resource_size_estimation(keys)
    }

    fn compact_revision(&self) -> ResourceVersion {
        self.store.compact_revision()
    }
}
