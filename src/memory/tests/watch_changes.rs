use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, next, pod, prefixes, store, store_with, version};
use crate::{
    memory,
    storage::{
        AcceptAll, DeleteOptions, Event, LabelSelector, ResourceVersion, SelectionPredicate,
        Status, Store, Watch, WatchOptions,
    },
    value::Identity,
};

const KEY: &str = "/pods/ns/a";
const FULL: &str = "/registry/pods/ns/a";

fn changes(predicate: SelectionPredicate<Pod>) -> WatchOptions<Pod> {
    WatchOptions {
        send_initial_events: Some(false),
        predicate,
        ..WatchOptions::default()
    }
}

fn in_state(value: &str) -> SelectionPredicate<Pod> {
    let label: LabelSelector = [("state".to_owned(), value.to_owned())]
        .into_iter()
        .collect();
    SelectionPredicate::selecting(label, Default::default())
}

async fn watch(store: &memory::Store<Pod>, predicate: SelectionPredicate<Pod>) -> Watch<Pod> {
    store
        .watch("/pods/", changes(predicate))
        .await
        .expect("watched")
}

async fn failure(watch: &mut Watch<Pod>) -> Status {
    let Some(Event::Error(status)) = next(watch).await else {
        panic!("an error comes first");
    };
    assert_eq!(next(watch).await, None, "nothing follows an error");
    *status
}

fn put(store: &memory::Store<Pod>, pod: &Pod) -> ResourceVersion {
    store.raw_put(FULL, serde_json::to_vec(pod).expect("JSON"))
}

/// Kind, state and version of the next event.
async fn told(watch: &mut Watch<Pod>) -> (&'static str, Option<String>, u64) {
    let event = next(watch).await.expect("an event");
    let object = event.object().expect("an object");
    let labels = object.metadata.labels.clone().unwrap_or_default();
    (
        event.kind(),
        labels.get("state").cloned(),
        version(object).get(),
    )
}

#[tokio::test]
async fn changes_are_told_as_they_look_to_the_selection() {
    let store = store();
    let mut all = watch(&store, SelectionPredicate::everything()).await;
    let mut red = watch(&store, in_state("red")).await;
    for state in ["blue", "red", "red", "green", "red"] {
        put(&store, &labelled("a", state));
    }
    store
        .delete(KEY, DeleteOptions::default(), &mut AcceptAll)
        .await
        .expect("deleted");
    put(&store, &labelled("a", "red"));

    let some = |text: &str| Some(text.to_owned());
    for expected in [
        ("ADDED", some("blue"), 2),
        ("MODIFIED", some("red"), 3),
        ("MODIFIED", some("red"), 4),
        ("MODIFIED", some("green"), 5),
        ("MODIFIED", some("red"), 6),
        ("DELETED", some("red"), 7),
        ("ADDED", some("red"), 8),
    ] {
        assert_eq!(told(&mut all).await, expected);
    }
    for expected in [
        ("ADDED", some("red"), 3),
        ("MODIFIED", some("red"), 4),
        ("DELETED", some("red"), 5),
        ("ADDED", some("red"), 6),
        ("DELETED", some("red"), 7),
        ("ADDED", some("red"), 8),
    ] {
        assert_eq!(told(&mut red).await, expected);
    }
}

#[tokio::test]
async fn the_state_is_told_as_far_as_it_matches() {
    let store = store();
    create(&store, KEY).await;
    let red = serde_json::to_vec(&labelled("b", "red")).expect("JSON");
    let at = store.raw_put("/registry/pods/ns/b", red);
    let options = WatchOptions {
        predicate: in_state("red"),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("watched");
    assert_eq!(
        told(&mut watch).await,
        ("ADDED", Some("red".to_owned()), at.get())
    );
}

#[tokio::test]
async fn the_deleted_event_is_what_the_deletion_returned() {
    let store = store();
    create(&store, KEY).await;
    let mut watch = watch(&store, SelectionPredicate::everything()).await;
    let deleted = store
        .delete(KEY, DeleteOptions::default(), &mut AcceptAll)
        .await;
    let deleted = deleted.expect("deleted").expect("readable");
    assert_eq!(next(&mut watch).await, Some(Event::Deleted(deleted)));
}

#[tokio::test]
async fn objects_without_attributes_match_nothing() {
    let store = store();
    let mut predicate = in_state("red");
    predicate.attributes = std::sync::Arc::new(|pod: &Pod| {
        let labels = pod.metadata.labels.clone().ok_or("no labels")?;
        Ok(crate::storage::Attributes {
            labels,
            ..Default::default()
        })
    });
    let mut watch = watch(&store, predicate).await;
    put(&store, &pod("a"));
    put(&store, &labelled("a", "red"));
    put(&store, &pod("a"));
    assert_eq!(told(&mut watch).await.0, "ADDED");
    assert_eq!(
        told(&mut watch).await,
        ("DELETED", Some("red".to_owned()), 4)
    );
}

#[tokio::test]
async fn an_unreadable_value_ends_the_watch_even_outside_the_selection() {
    let store = store();
    let mut everything = watch(&store, SelectionPredicate::everything()).await;
    let mut selection = watch(&store, in_state("red")).await;
    store.raw_put(FULL, "k8s:enc:x");
    create(&store, "/pods/ns/later").await;
    for watch in [&mut everything, &mut selection] {
        let status = failure(watch).await;
        assert_eq!(
            (status.code, status.reason.as_deref()),
            (Some(500), Some("InternalError"))
        );
        let cause = "data from the storage is not transformable revision=0: \
             identity transformer tried to read encrypted data";
        assert_eq!(
            status.message,
            Some(format!("Internal error occurred: {cause}"))
        );
        let causes = status
            .details
            .and_then(|details| details.causes)
            .expect("a cause");
        let causes: Vec<_> = causes
            .iter()
            .map(|found| found.message.as_deref())
            .collect();
        assert_eq!(causes, [Some(cause)]);
    }
}

#[tokio::test]
async fn the_value_before_a_change_is_read_where_it_decides_something() {
    let store = store();
    store.raw_put(FULL, "{");
    let mut everything = watch(&store, SelectionPredicate::everything()).await;
    let mut selection = watch(&store, in_state("red")).await;
    put(&store, &labelled("a", "red"));
    assert_eq!(told(&mut everything).await.0, "MODIFIED");
    let status = failure(&mut selection).await;
    assert_eq!(
        (status.code, status.reason.as_deref()),
        (Some(500), Some("InternalError"))
    );
}

#[tokio::test]
async fn the_deletion_of_an_unreadable_object_says_so() {
    let store = store_with(prefixes(&["a!"]));
    create(&store, KEY).await;
    let mut transformed = watch(&store, SelectionPredicate::everything()).await;
    store.set_transformer(prefixes(&["b!"]));
    store.raw_delete(FULL);
    let status = failure(&mut transformed).await;
    assert_eq!(
        (status.code, status.reason.as_deref()),
        (Some(500), Some("StorageReadError"))
    );
    assert_eq!(
        status.message.as_deref(),
        Some(
            "saw a DELETED event, but object data is corrupt - data from the storage is not transformable \
             revision=0: the provided value does not match any of the supported transformers"
        )
    );
    assert_eq!(status.details, None);
    store.set_transformer(std::sync::Arc::new(Identity));
    store.raw_put(FULL, "{");
    let mut decoded = watch(&store, SelectionPredicate::everything()).await;
    store.raw_delete(FULL);
    let status = failure(&mut decoded).await;
    assert_eq!(status.reason.as_deref(), Some("StorageReadError"));
}
