//! The store is tested through the contract; what all tests share is here.

mod concurrency;
mod create_get;
mod delete;
mod expiry;
mod list;
mod list_expired;
mod protection;
mod space;
mod stats;
mod update;
mod update_suggestion;
mod watch_changes;
mod watch_end;
mod watch_start;

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::Pod;

use super::{Space, Store};
use crate::{
    codec::Json,
    storage::{self, Event, KeySpace, Object, ResourceVersion, Watch},
    value::{PrefixTransformers, Transformer},
};

fn store() -> Store<Pod> {
    Store::open("/registry", "/pods/").expect("valid prefixes")
}

fn store_with(transformer: Arc<dyn Transformer>) -> Store<Pod> {
    let keys = KeySpace::new("/registry", "/pods/").expect("valid prefixes");
    Store::new(Space::new(), keys, Arc::new(Json), transformer)
}

/// Writes with the first prefix, and reads all of them.
fn prefixes(accepted: &[&'static str]) -> Arc<dyn Transformer> {
    let identity: Arc<dyn Transformer> = Arc::new(crate::value::Identity);
    Arc::new(PrefixTransformers::new(
        accepted
            .iter()
            .map(|prefix| (prefix.as_bytes(), Arc::clone(&identity))),
    ))
}

fn pod(name: &str) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name = Some(name.to_owned());
    pod
}

fn labelled(name: &str, value: &str) -> Pod {
    let mut pod = pod(name);
    pod.metadata.labels = Some([("state".to_owned(), value.to_owned())].into());
    pod
}

fn version(pod: &Pod) -> ResourceVersion {
    pod.resource_version()
        .expect("a version of the store's own")
}

async fn create(store: &Store<Pod>, key: &str) -> Pod {
    let name = key.rsplit('/').next().expect("a key has segments");
    storage::Store::create(store, key, &pod(name), None)
        .await
        .expect("nothing there yet")
}

/// Within a deadline, so that a watch that says nothing fails instead of hanging.
async fn next(watch: &mut Watch<Pod>) -> Option<Event<Pod>> {
    tokio::time::timeout(Duration::from_secs(10), watch.next())
        .await
        .expect("an event, or the end, within ten seconds")
}
