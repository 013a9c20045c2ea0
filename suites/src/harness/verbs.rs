//! What cases do to a store, in the field's verbs: everything that must succeed does, or the case has failed.

use storeproof::storage::{
    AcceptAll, DeleteOptions, Error, GetOptions, List, ListOptions, Object, ResourceVersion,
    SelectionPredicate, Update, UpdateOptions, WatchOptions, update_with,
};
use storeproof_fixtures::objects::{Pod, everything, key_of};
use tokio::time::timeout;

use super::{Context, Verdict, Watching, deadline, unexpected};

impl Context {
    /// Creates a Pod at its key and returns it as stored.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn create(&self, pod: &Pod) -> Verdict<Pod> {
        Ok(self.store().create(&key_of(pod), pod, None).await?)
    }

    /// Creates a Pod or replaces the one at its key, and returns it as stored.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn write(&self, pod: &Pod) -> Verdict<Pod> {
        let options = UpdateOptions {
            ignore_not_found: true,
            ..UpdateOptions::default()
        };
        let mut update = update_with(|_, _| Ok(Update::from(pod.clone())));
        let key = key_of(pod);
        Ok(self
            .store()
            .guaranteed_update(&key, options, &mut update)
            .await?)
    }

    /// Changes the Pod at `key`, which must be there.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn update(
        &self,
        key: &str,
        change: impl Fn(Pod) -> Pod + Send + Sync,
    ) -> Verdict<Pod> {
        let mut update =
            update_with(|current: Option<Pod>, _| Ok(change(current.ok_or_else(missing)?).into()));
        Ok(self
            .store()
            .guaranteed_update(key, UpdateOptions::default(), &mut update)
            .await?)
    }

    /// Deletes the Pod at `key` and returns its last state.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn delete(&self, key: &str) -> Verdict<Pod> {
        self.store()
            .delete(key, DeleteOptions::default(), &mut AcceptAll)
            .await?
            .ok_or_else(|| {
                unexpected(
                    "the deletion returns the object's last state",
                    "it returns nothing",
                )
            })
    }

    /// The Pod at `key`, which must be there.
    ///
    /// # Errors
    ///
    /// It is not, or the store refuses.
    pub async fn get(&self, key: &str) -> Verdict<Pod> {
        self.store()
            .get(key, &GetOptions::default())
            .await?
            .ok_or_else(|| {
                unexpected(
                    "the object, or an error where there is none",
                    "neither object nor error",
                )
            })
    }

    /// The latest state of everything below `key`.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn list(&self, key: &str) -> Verdict<List<Pod>> {
        self.list_with(key, ListOptions::default()).await
    }

    /// A list with any options.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn list_with(&self, key: &str, options: ListOptions<Pod>) -> Verdict<List<Pod>> {
        Ok(self.store().get_list(key, &options).await?)
    }

    /// The version of the whole store now.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn current(&self) -> Verdict<ResourceVersion> {
        Ok(self.store().current_resource_version().await?)
    }

    /// Watches everything below `key` from `version` on, with a verb for each kind of event.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn watch(&self, key: &str, version: ResourceVersion) -> Verdict<Watching> {
        self.watch_with(
            key,
            WatchOptions {
                resource_version: version.to_string(),
                predicate: everything(),
                ..WatchOptions::default()
            },
        )
        .await
    }

    /// Watches with any options.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn watch_with(&self, key: &str, options: WatchOptions<Pod>) -> Verdict<Watching> {
        let watch = self.journal().watch_noted(key, options);
        match timeout(deadline::EVENT, watch).await {
            Ok(watch) => {
                let (watch, number) = watch?;
                Ok(Watching::noted(watch, self.trace().clone(), number))
            }
            Err(_) => Err(unexpected(
                "the watch starts",
                format!("no answer for {:?}", deadline::EVENT),
            )),
        }
    }
}

fn missing() -> Error {
    Error::Plain(
        "the update was called without an object, though a missing one is not ignored".into(),
    )
}

/// The version an object was stored at.
///
/// # Errors
///
/// The store handed out an object without one.
pub fn version_of(pod: &Pod) -> Verdict<ResourceVersion> {
    match pod.resource_version() {
        Ok(version) if !version.is_unset() => Ok(version),
        _ => Err(unexpected(
            "a stored object carries its resource version",
            format!("{:?}", pod.metadata.resource_version),
        )),
    }
}

/// List options for everything below a key that satisfies a predicate.
pub fn selecting(predicate: SelectionPredicate<Pod>) -> ListOptions<Pod> {
    ListOptions {
        predicate,
        ..ListOptions::default()
    }
}

/// List options for one page.
pub fn page(limit: i64, token: &str) -> ListOptions<Pod> {
    page_of(everything(), limit, token)
}

/// List options for one page of what satisfies a predicate.
pub fn page_of(predicate: SelectionPredicate<Pod>, limit: i64, token: &str) -> ListOptions<Pod> {
    selecting(SelectionPredicate {
        limit,
        continue_token: token.to_owned(),
        ..predicate
    })
}
