use std::sync::Arc;

use futures::FutureExt;
use k8s_openapi::api::core::v1::Pod;

use super::{create, store};
use crate::{
    memory,
    storage::{Error, KeysFunction, Result, Stats, Store},
};

fn keys(found: Result<Vec<String>>) -> KeysFunction {
    Arc::new(move || std::future::ready(found.clone()).boxed())
}

async fn stats(store: &memory::Store<Pod>) -> (i64, i64) {
    let Stats {
        object_count,
        estimated_average_object_size_bytes,
    } = store.stats().await.expect("known");
    (object_count, estimated_average_object_size_bytes)
}

#[tokio::test]
async fn objects_are_counted_and_neighbours_are_not() {
    let store = store();
    assert_eq!(stats(&store).await, (0, 0));
    for key in [
        "key",
        "/registry/key",
        "/registry/podskey",
        "/registry/pods.apps/a",
    ] {
        store.raw_put(key, "x");
    }
    create(&store, "/pods/ns/a").await;
    store.raw_put("/registry/pods/ns/broken", "x");
    assert_eq!(stats(&store).await, (2, 0));
    store.raw_delete("/registry/pods/ns/a");
    assert_eq!(stats(&store).await, (1, 0));
}

#[tokio::test]
async fn sizes_are_those_of_stored_values() {
    let store = store();
    store.raw_put("/registry/pods/a", "0123456789");
    store.raw_put("/registry/pods/b", "012");
    let names = ["/pods/a", "pods/b", "/registry/pods/absent"];
    let names = keys(Ok(names.map(str::to_owned).to_vec()));
    store
        .enable_resource_size_estimation(names.clone())
        .expect("once");
    assert_eq!(stats(&store).await, (3, 6));
    store.raw_put("/registry/pods/b", "");
    assert_eq!(stats(&store).await, (3, 5));
    let again = store.enable_resource_size_estimation(names);
    assert_eq!(
        again.expect_err("twice").to_string(),
        "resourceSizeEstimator already enabled"
    );
}

#[tokio::test]
async fn an_error_of_the_keys_is_passed_on() {
    let store = store();
    let failing = keys(Err(Error::Plain("no keys".to_owned())));
    store
        .enable_resource_size_estimation(failing)
        .expect("once");
    assert_eq!(
        store.stats().await.expect_err("failing").to_string(),
        "no keys"
    );
}
