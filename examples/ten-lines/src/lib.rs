//! A store that keeps the latest state of its objects in a map, and nothing else: no history, no pages, no watches.
//!
//! It is here to show what judging a store of one's own takes: see `tests/conformance.rs`.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use storeproof_suites::{
    fixtures::objects::Pod,
    storeproof::storage::{
        DeleteOptions, Error, GetOptions, ItemsOnError, KeySpace, KeysFunction, List, ListOptions,
        Object, ResourceVersion, ResponseMeta, Result, Stats, StorageError, Store, TryUpdate,
        UpdateOptions, ValidateDeletion, Watch, WatchOptions, plan_list,
        resource_version_too_large,
    },
};

/// Pods by full key, each with its resource version, and the version of the whole store.
pub struct TinyStore {
    keys: KeySpace,
    state: Mutex<State>,
}

struct State {
    version: ResourceVersion,
    pods: BTreeMap<String, Pod>,
}

impl TinyStore {
    /// An empty store.
    pub fn new(keys: KeySpace) -> Self {
        Self {
            keys,
            state: Mutex::new(State {
                version: ResourceVersion::new(1),
                pods: BTreeMap::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: &str) -> Option<Pod> {
        self.state().pods.get(key).cloned()
    }
}

impl State {
    fn put(&mut self, key: &str, mut pod: Pod) -> Pod {
        self.version = self.version.next();
        pod.prepare_for_storage();
        pod.set_resource_version(self.version);
        self.pods.insert(key.to_owned(), pod.clone());
        pod
    }

    fn not_older_than(&self, wanted: ResourceVersion) -> Result<()> {
        if wanted > self.version {
            return Err(resource_version_too_large(wanted, self.version, 0).into());
        }
        Ok(())
    }
}

fn not_here(what: &str) -> Error {
    Error::Plain(format!("a tiny store has no {what}"))
}

#[async_trait]
impl Store<Pod> for TinyStore {
    async fn create(&self, key: &str, object: &Pod, ttl: Option<Duration>) -> Result<Pod> {
        let key = self.keys.prepare(key, false)?;
        if object
            .resource_version()
            .is_ok_and(|version| !version.is_unset())
        {
            return Err(Error::ResourceVersionSet);
        }
        if ttl.is_some() {
            return Err(not_here("time to live"));
        }
        let mut state = self.state();
        if state.pods.contains_key(&key) {
            return Err(StorageError::exists(key).into());
        }
        Ok(state.put(&key, object.clone()))
    }

    async fn get(&self, key: &str, options: &GetOptions) -> Result<Option<Pod>> {
        let key = self.keys.prepare(key, false)?;
        let wanted = options.not_older_than()?;
        let state = self.state();
        state.not_older_than(wanted)?;
        match state.pods.get(&key) {
            Some(pod) => Ok(Some(pod.clone())),
            None if options.ignore_not_found => Ok(None),
            None => Err(StorageError::not_found(key).into()),
        }
    }

    async fn get_list(
        &self,
        key: &str,
        options: &ListOptions<Pod>,
    ) -> Result<List<Pod>, ItemsOnError<Pod>> {
        let key = self.keys.prepare(key, options.recursive)?;
        let plan = plan_list(&key, options)?;
        if plan.exactly.is_some() {
            return Err(not_here("history").into());
        }
        let state = self.state();
        state.not_older_than(plan.not_older_than)?;
        let held = |found: &str| {
            if options.recursive {
                found.starts_with(&key)
            } else {
                found == key
            }
        };
        let items = state
            .pods
            .iter()
            .filter(|(found, pod)| held(found) && options.predicate.matches(pod))
            .map(|(_, pod)| pod.clone())
            .collect();
        Ok(List {
            items,
            resource_version: state.version,
            continue_token: String::new(),
            remaining_item_count: None,
        })
    }

    async fn guaranteed_update(
        &self,
        key: &str,
        options: UpdateOptions<Pod>,
        update: &mut dyn TryUpdate<Pod>,
    ) -> Result<Pod> {
        let key = self.keys.prepare(key, false)?;
        loop {
            let current = self.find(&key);
            if current.is_none() && !options.ignore_not_found {
                return Err(StorageError::not_found(key).into());
            }
            if let Some(preconditions) = &options.preconditions {
                preconditions.check(&key, current.as_ref())?;
            }
            let meta = ResponseMeta {
                resource_version: match &current {
                    Some(pod) => pod.resource_version()?,
                    None => ResourceVersion::UNSET,
                },
                ..ResponseMeta::default()
            };
            let updated = update.try_update(current.clone(), meta).await?;
            if updated.ttl.is_some() {
                return Err(not_here("time to live"));
            }
            let mut state = self.state();
            if state.pods.get(&key) != current.as_ref() {
                continue;
            }
            let mut object = updated.object;
            object.prepare_for_storage();
            if let Some(current) = current {
                let mut stored = current.clone();
                stored.prepare_for_storage();
                if stored == object {
                    return Ok(current);
                }
            }
            return Ok(state.put(&key, object));
        }
    }

    async fn delete(
        &self,
        key: &str,
        options: DeleteOptions<Pod>,
        validate: &mut dyn ValidateDeletion<Pod>,
    ) -> Result<Option<Pod>> {
        let key = self.keys.prepare(key, false)?;
        loop {
            let Some(mut current) = self.find(&key) else {
                return Err(StorageError::not_found(key).into());
            };
            if let Some(preconditions) = &options.preconditions {
                preconditions.check(&key, Some(&current))?;
            }
            // Everything in here can be read. To ask for unsafe deletion counts for nothing, as in any store without it.
            validate.validate(Some(&current)).await?;
            let mut state = self.state();
            if state.pods.get(&key) == Some(&current) {
                state.pods.remove(&key);
                state.version = state.version.next();
                current.set_resource_version(state.version);
                return Ok(Some(current));
            }
        }
    }

    async fn watch(&self, key: &str, options: WatchOptions<Pod>) -> Result<Watch<Pod>> {
        self.keys.prepare(key, options.recursive)?;
        Err(not_here("watches"))
    }

    async fn stats(&self) -> Result<Stats> {
        Err(not_here("statistics"))
    }

    async fn request_watch_progress(&self) -> Result<()> {
        Err(not_here("watches"))
    }

    async fn current_resource_version(&self) -> Result<ResourceVersion> {
        Ok(self.state().version)
    }

    fn enable_resource_size_estimation(&self, _keys: KeysFunction) -> Result<()> {
        Err(not_here("statistics"))
    }

    fn compact_revision(&self) -> ResourceVersion {
        ResourceVersion::UNSET
    }
}
