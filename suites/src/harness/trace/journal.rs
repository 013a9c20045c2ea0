use std::{fmt::Write, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt, future, stream};
use storeproof::storage::{
    DeleteOptions, Error, GetOptions, ItemsOnError, KeysFunction, List, ListOptions, Object,
    ResourceVersion, ResourceVersionMatch, Result, Stats, Store, TryUpdate, UpdateOptions,
    ValidateDeletion, Watch, WatchOptions,
};
use storeproof_fixtures::objects::{Pod, PodExt};

use super::{Asked, Opened, Trace, Wrote, entry::selection, told};
use crate::report::timeline::{Phrase, Told};

/// A store that notes every operation on another one and everything that its watches tell, so that a failure can say what
/// led to it. A clone notes in the same place.
#[derive(Clone)]
pub struct Journal {
    store: Arc<dyn Store<Pod>>,
    trace: Trace,
}

impl Journal {
    /// Notes in `trace` what is done to `store`.
    pub fn new(store: Arc<dyn Store<Pod>>, trace: Trace) -> Self {
        Self { store, trace }
    }

    /// Where it notes what it sees.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Starts a watch, and says by which number the trace knows it.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn watch_noted(
        &self,
        key: &str,
        options: WatchOptions<Pod>,
    ) -> Result<(Watch<Pod>, usize)> {
        let mut opened = Opened::of(key, &options);
        match self.store.watch(key, options).await {
            Ok(watch) => {
                let number = self.trace.opened(opened);
                let (trace, ending) = (self.trace.clone(), self.trace.clone());
                let watch = watch.through(|events| {
                    let end = stream::once(future::lazy(move |_| {
                        ending.told(number, Told::End { stopped: false });
                    }));
                    events
                        .inspect(move |event| trace.told(number, told(event)))
                        .chain(end.filter_map(|()| future::ready(None)))
                });
                Ok((watch, number))
            }
            Err(error) => {
                opened.refused = Some(error_phrase(&error));
                self.trace.opened(opened);
                Err(error)
            }
        }
    }

    fn note<R>(&self, request: Phrase, result: &Result<R>, show: impl FnOnce(&R) -> String) {
        let answer = match result {
            Ok(value) => show(value),
            Err(error) => error_phrase(error),
        };
        self.trace.asked(Asked {
            request,
            answer,
            wrote: None,
        });
    }

    fn wrote(&self, request: Phrase, key: &str, result: &Result<Pod>) {
        self.trace.asked(Asked {
            request,
            answer: result.as_ref().map_or_else(error_phrase, pod_phrase),
            wrote: result.as_ref().ok().and_then(|pod| wrote(key, pod, false)),
        });
    }
}

fn wrote(key: &str, pod: &Pod, deleted: bool) -> Option<Wrote> {
    let version = pod.resource_version().ok()?;
    (!version.is_unset()).then(|| Wrote {
        key: key.to_owned(),
        version,
        deleted,
    })
}

/// What is asked of a key.
fn of(verb: &str, key: &str, how: impl Into<String>) -> Phrase {
    Phrase {
        before: format!("{verb} "),
        name: key.to_owned(),
        after: how.into(),
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

fn version_phrase(version: &str) -> String {
    if version.is_empty() {
        String::new()
    } else {
        format!(" at {version}")
    }
}

fn list_phrase(key: &str, options: &ListOptions<Pod>) -> Phrase {
    let mut text = version_phrase(&options.resource_version);
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
        let _ = write!(text, ", where {}", selection(predicate));
    }
    if !predicate.continue_token.is_empty() {
        text.push_str(", continued");
    }
    of("list", key, text)
}

#[async_trait]
impl Store<Pod> for Journal {
    async fn create(&self, key: &str, object: &Pod, ttl: Option<Duration>) -> Result<Pod> {
        let result = self.store.create(key, object, ttl).await;
        self.wrote(of("create", key, ""), key, &result);
        result
    }

    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<Pod>> {
        let result = self.store.get(key, options).await;
        let phrase = of("get", key, version_phrase(&options.resource_version));
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
        self.trace.asked(Asked {
            request: list_phrase(key, options),
            answer: outcome,
            wrote: None,
        });
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
        self.wrote(of("update", key, suggested), key, &result);
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
        let answer = match &result {
            Ok(Some(pod)) => pod_phrase(pod),
            Ok(None) => "an unreadable object".to_owned(),
            Err(error) => error_phrase(error),
        };
        let deleted = result.as_ref().ok().and_then(Option::as_ref);
        self.trace.asked(Asked {
            request: of("delete", key, suggested),
            answer,
            wrote: deleted.and_then(|pod| wrote(key, pod, true)),
        });
        result
    }

    async fn watch(&self, key: &str, options: WatchOptions<Pod>) -> Result<Watch<Pod>> {
        let (watch, _) = self.watch_noted(key, options).await?;
        Ok(watch)
    }

    async fn stats(&self) -> Result<Stats> {
        let result = self.store.stats().await;
        self.note(Phrase::of("count"), &result, |stats| {
            format!("{} objects", stats.object_count)
        });
        result
    }

    fn readiness_check(&self) -> Result<()> {
        self.store.readiness_check()
    }

    async fn request_watch_progress(&self) -> Result<()> {
        let result = self.store.request_watch_progress().await;
        self.note(Phrase::of("request watch progress"), &result, |()| {
            "requested".to_owned()
        });
        result
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        let result = self.store.current_resource_version().await;
        self.note(
            Phrase::of("current version"),
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
