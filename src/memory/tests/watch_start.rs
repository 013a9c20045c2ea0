use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, next, store, version};
use crate::{
    memory,
    storage::{
        Bookmark, Error, Event, ResourceVersion, SelectionPredicate, Store, UpdateOptions, Watch,
        WatchOptions, update_with,
    },
};

fn from(
    version: impl ToString,
    send_initial_events: Option<bool>,
    allow_watch_bookmarks: bool,
) -> WatchOptions<Pod> {
    WatchOptions {
        resource_version: version.to_string(),
        send_initial_events,
        predicate: SelectionPredicate {
            allow_watch_bookmarks,
            ..SelectionPredicate::everything()
        },
        ..WatchOptions::default()
    }
}

/// The kinds of the events that precede `last`, each with its version.
async fn until(watch: &mut Watch<Pod>, last: &Pod) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        let event = next(watch).await.expect("an event");
        if event.object() == Some(last) {
            return told;
        }
        let at = match &event {
            Event::Bookmark(bookmark) => {
                assert!(bookmark.initial_events_end);
                bookmark.resource_version
            }
            other => version(other.object().expect("an object")),
        };
        told.push(format!("{} {at}", event.kind()));
    }
}

async fn seeded() -> memory::Store<Pod> {
    let store = store();
    create(&store, "/pods/ns/b").await;
    create(&store, "/pods/ns/a").await;
    let mut update = update_with(|_, _| Ok(labelled("b", "new").into()));
    store
        .guaranteed_update("/pods/ns/b", UpdateOptions::default(), &mut update)
        .await
        .expect("updated");
    store.bump_revision();
    store
}

#[tokio::test]
async fn the_start_matrix() {
    let state: &[&str] = &["ADDED 3", "ADDED 4"];
    let marked: &[&str] = &["ADDED 3", "ADDED 4", "BOOKMARK 5"];
    let history: &[&str] = &["ADDED 2", "ADDED 3", "MODIFIED 4"];
    let rest: &[&str] = &["MODIFIED 4"];
    for (at, initial, bookmarks, expected) in [
        ("", None, true, state),
        ("0", None, false, state),
        ("1", None, true, history),
        ("3", None, true, rest),
        ("5", None, true, &[]),
        ("", Some(true), true, marked),
        ("0", Some(true), false, state),
        ("1", Some(true), true, marked),
        ("5", Some(true), false, state),
        ("", Some(false), true, &[]),
        ("0", Some(false), false, &[]),
        ("1", Some(false), true, history),
        ("3", Some(false), false, rest),
    ] {
        let store = seeded().await;
        let options = from(at, initial, bookmarks);
        let mut watch = store.watch("/pods/", options).await.expect("watched");
        let last = create(&store, "/pods/ns/last").await;
        let told = until(&mut watch, &last).await;
        assert_eq!(told, expected, "{at:?} {initial:?} {bookmarks}");
    }
}

#[tokio::test]
async fn one_key_is_watched_without_its_neighbours() {
    let store = seeded().await;
    create(&store, "/pods/ns/a/below").await;
    let options = WatchOptions {
        recursive: false,
        ..from("", Some(true), true)
    };
    let mut watch = store.watch("/pods/ns/a", options).await.expect("watched");
    create(&store, "/pods/ns/aa").await;
    store.raw_delete("/registry/pods/ns/a");
    let kinds = [
        next(&mut watch).await.expect("a").kind(),
        next(&mut watch).await.expect("the end of the state").kind(),
        next(&mut watch).await.expect("the deletion").kind(),
    ];
    assert_eq!(kinds, ["ADDED", "BOOKMARK", "DELETED"]);
}

#[tokio::test]
async fn an_empty_state_has_an_end_too() {
    let store = store();
    let options = from("", Some(true), true);
    let mut watch = store.watch("/pods/", options).await.expect("watched");
    let bookmark = Bookmark {
        resource_version: ResourceVersion::new(1),
        initial_events_end: true,
    };
    assert_eq!(next(&mut watch).await, Some(Event::Bookmark(bookmark)));
}

#[tokio::test]
async fn the_state_of_the_future_is_refused_and_its_changes_are_awaited() {
    let store = store();
    let options = from(3, Some(true), true);
    let mut watch = store.watch("/pods/", options).await.expect("watched");
    let Some(Event::Error(status)) = next(&mut watch).await else {
        panic!("an error comes first");
    };
    assert_eq!(
        status.message.as_deref(),
        Some("Timeout: Too large resource version: 3, current: 1")
    );
    let seconds = status
        .details
        .and_then(|details| details.retry_after_seconds);
    assert!((1..=3).contains(&seconds.expect("a time to wait")));
    assert_eq!(next(&mut watch).await, None);

    let mut watch = store
        .watch("/pods/", from(3, None, true))
        .await
        .expect("watched");
    for name in ["a", "b"] {
        create(&store, &format!("/pods/ns/{name}")).await;
    }
    let third = create(&store, "/pods/ns/c").await;
    assert_eq!(next(&mut watch).await, Some(Event::Added(third)));
}

#[tokio::test]
async fn wrong_keys_and_versions_are_said_at_once() {
    let store = store();
    let failed = store.watch("/pods/", from("x", None, true)).await;
    assert!(failed.expect_err("no version").is_invalid());
    let options = WatchOptions {
        recursive: false,
        ..from("x", None, true)
    };
    let failed = store.watch("/pods", options).await;
    assert!(matches!(failed, Err(Error::Key(_))));
}

#[tokio::test]
async fn compacted_changes_cannot_be_watched() {
    let store = seeded().await;
    create(&store, "/pods/ns/c").await;
    store.compact(ResourceVersion::new(4)).expect("the past");
    for initial in [None, Some(false)] {
        let options = from(2, initial, true);
        let mut watch = store.watch("/pods/", options).await.expect("watched");
        let Some(Event::Error(status)) = next(&mut watch).await else {
            panic!("an error comes first");
        };
        assert_eq!(
            (status.code, status.reason.as_deref()),
            (Some(410), Some("Expired"))
        );
        assert_eq!(
            status.message.as_deref(),
            Some("The resourceVersion for the provided watch is too old.")
        );
        assert_eq!(next(&mut watch).await, None);
    }
    let mut watch = store
        .watch("/pods/", from(4, None, true))
        .await
        .expect("watched");
    assert_eq!(next(&mut watch).await.expect("c").kind(), "ADDED");
}

#[tokio::test]
async fn the_compacted_change_is_told_of_unless_its_past_matters() {
    let store = seeded().await;
    store.compact(ResourceVersion::new(3)).expect("the past");
    let mut watch = store
        .watch("/pods/", from(2, None, true))
        .await
        .expect("watched");
    assert_eq!(
        next(&mut watch).await.expect("a was created").kind(),
        "ADDED"
    );
    store.compact(ResourceVersion::new(4)).expect("the past");
    let mut watch = store
        .watch("/pods/", from(3, None, true))
        .await
        .expect("watched");
    let Some(Event::Error(status)) = next(&mut watch).await else {
        panic!("what b was before is gone");
    };
    assert_eq!(
        (status.code, status.reason.as_deref()),
        (Some(500), Some("InternalError"))
    );
    assert_eq!(next(&mut watch).await, None);
}
