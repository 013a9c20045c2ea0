use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use storeproof::{backend::Destroy, etcd3};
use storeproof_fixtures::objects::Pod;

use super::link::Link;

type Store = Arc<etcd3::Store<Pod>>;

/// What belongs to an open store.
#[derive(Debug)]
pub(super) struct Opened {
    /// What ends it, and the one past its link.
    pub(super) ends: Vec<Destroy>,
    /// The way to its server, where it can be broken, and a store like it past that way.
    pub(super) link: Option<(Link, Store)>,
}

/// The open stores, by their path prefix, which no two have in common.
#[derive(Debug, Default)]
pub(super) struct OpenStores(Mutex<HashMap<String, Opened>>);

impl OpenStores {
    pub(super) fn add(&self, store: &Store, opened: Opened) {
        let prefix = store.keys().path_prefix().to_owned();
        self.all().insert(prefix, opened);
    }

    pub(super) fn take(&self, store: &Store) -> Option<Opened> {
        self.all().remove(store.keys().path_prefix())
    }

    /// The store through which hooks work: the one past the link, where there is one.
    pub(super) fn past_link(&self, store: &Store) -> Store {
        let all = self.all();
        let opened = all.get(store.keys().path_prefix());
        let past = opened.and_then(|opened| opened.link.as_ref());
        Arc::clone(past.map_or(store, |(_, past)| past))
    }

    /// Does something to the link of a store that has one.
    pub(super) fn with_link(&self, store: &Store, act: impl FnOnce(&Link)) {
        let all = self.all();
        let opened = all.get(store.keys().path_prefix());
        if let Some((link, _)) = opened.and_then(|opened| opened.link.as_ref()) {
            act(link);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Opened>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
