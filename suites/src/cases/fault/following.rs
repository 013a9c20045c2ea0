use std::sync::Arc;

use storeproof::storage::{
    Event, Object, ResourceVersion, SelectionPredicate, Status, Store, Watch, WatchOptions,
};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX, everything, fields, key};
use tokio::{sync::watch, task::yield_now};

use super::{
    happened::Happened,
    writing::{LEFT, NAMESPACE, RIGHT},
};
use crate::harness::{Fault, Verdict};

/// What one watcher is about.
#[derive(Clone)]
pub(super) struct Scope {
    /// What failures call it.
    pub(super) called: &'static str,
    key: String,
    recursive: bool,
    predicate: SelectionPredicate<Pod>,
    /// The one object that it shows; `None` for all.
    only: Option<&'static str>,
}

impl Scope {
    /// Everything there is.
    pub(super) fn everything() -> Self {
        Self {
            called: "a watch of everything",
            key: RESOURCE_PREFIX.to_owned(),
            recursive: true,
            predicate: everything(),
            only: None,
        }
    }

    /// Of each kind one.
    pub(super) fn all() -> [Self; 4] {
        [
            Self::everything(),
            Self {
                called: "a watch of a namespace",
                key: format!("{RESOURCE_PREFIX}{NAMESPACE}"),
                ..Self::everything()
            },
            Self {
                called: "a watch of one object",
                key: key(NAMESPACE, LEFT),
                recursive: false,
                only: Some(LEFT),
                ..Self::everything()
            },
            Self {
                called: "a watch of a selection",
                predicate: fields(&format!("metadata.name={RIGHT}")),
                only: Some(RIGHT),
                ..Self::everything()
            },
        ]
    }

    pub(super) fn shows(&self, happened: &Happened) -> bool {
        self.only.is_none_or(|only| only == happened.name)
    }

    fn options(&self, after: ResourceVersion) -> WatchOptions<Pod> {
        WatchOptions {
            resource_version: after.to_string(),
            recursive: self.recursive,
            predicate: self.predicate.clone(),
            ..WatchOptions::default()
        }
    }
}

/// The last writes of all, by whom they are shown to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    /// That of [`LEFT`].
    pub(super) left: ResourceVersion,
    /// That of [`RIGHT`], which comes behind it.
    pub(super) right: ResourceVersion,
}

impl Goal {
    fn of(self, scope: &Scope) -> ResourceVersion {
        if scope.only == Some(LEFT) {
            self.left
        } else {
            self.right
        }
    }
}

/// Watches from a version on until the goal is reached, as clients of the API do: after an error from the last version
/// that was seen.
///
/// # Errors
///
/// The watch ends without a word, or with an error after which there is no going on.
pub(super) async fn follow(
    store: Arc<dyn Store<Pod>>,
    scope: Scope,
    start: ResourceVersion,
    mut goal: watch::Receiver<Option<Goal>>,
) -> Verdict<Vec<Happened>> {
    let mut told = Vec::new();
    let mut last = start;
    loop {
        let mut watch = begin(&*store, &scope, last).await;
        loop {
            let wanted = goal.borrow_and_update().map(|goal| goal.of(&scope));
            if wanted.is_some_and(|wanted| last >= wanted) {
                return Ok(told);
            }
            let event = tokio::select! {
                event = watch.next() => event,
                Ok(()) = goal.changed() => continue,
            };
            match event {
                Some(Event::Error(status)) => {
                    resumable(&scope, last, &status)?;
                    break;
                }
                Some(event) => {
                    let Some(pod) = event.object() else { continue };
                    last = pod.resource_version().unwrap_or_default();
                    told.push(Happened::of(&event, pod)?);
                }
                None => {
                    return Err(Fault::failed(
                        format!("{} goes on, or ends with an error", scope.called),
                        format!("it ends without a word after version {last}"),
                    ));
                }
            }
        }
    }
}

async fn begin(store: &dyn Store<Pod>, scope: &Scope, after: ResourceVersion) -> Watch<Pod> {
    loop {
        match store.watch(&scope.key, scope.options(after)).await {
            Ok(watch) => return watch,
            // Whoever runs this bounds how long it may take.
            Err(_) => yield_now().await,
        }
    }
}

/// Nothing is compacted here, so no version expires.
fn resumable(scope: &Scope, last: ResourceVersion, status: &Status) -> Verdict {
    if status.code != Some(410) {
        return Ok(());
    }
    Err(Fault::failed(
        format!(
            "{} goes on after version {last}, or ends with an error from which it can",
            scope.called
        ),
        format!("it has expired, though nothing was compacted: {status:?}"),
    ))
}
