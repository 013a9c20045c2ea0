use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, next, pod, store, version};
use crate::{
    memory::Space,
    storage::{
        Event, GetOptions, ResourceVersion, Store, Update, UpdateOptions, WatchOptions, update_with,
    },
};

const KEY: &str = "/pods/ns/a";
const LIFE: Option<Duration> = Some(Duration::from_secs(60));

// The clock of these tests stands still until everything waits, and then jumps to the next timer.

#[tokio::test(start_paused = true)]
async fn an_object_lives_as_long_as_it_was_given() {
    let store = store();
    let created = store.create(KEY, &pod("a"), LIFE).await.expect("created");
    let options = WatchOptions {
        resource_version: version(&created).to_string(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut watch = store.watch(KEY, options).await.expect("watched");
    tokio::time::advance(Duration::from_secs(59)).await;
    let found = store.get(KEY, &GetOptions::default()).await.expect("found");
    assert_eq!(found, Some(created));
    let Some(Event::Deleted(deleted)) = next(&mut watch).await else {
        panic!("the end of a life is a deletion");
    };
    assert_eq!(version(&deleted), ResourceVersion::new(3));
    assert_eq!(store.space().revision(), ResourceVersion::new(3));
}

#[tokio::test(start_paused = true)]
async fn an_update_replaces_the_time_to_live() {
    let store = store();
    for key in [KEY, "/pods/ns/b"] {
        store.create(key, &pod("a"), LIFE).await.expect("created");
    }
    let mut for_ever = update_with(|_, _| Ok(labelled("a", "new").into()));
    store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut for_ever)
        .await
        .expect("updated");
    let mut same = update_with(|current: Option<Pod>, _| {
        Ok(Update {
            object: current.expect("present"),
            ttl: Some(Duration::from_secs(3600)),
        })
    });
    store
        .guaranteed_update("/pods/ns/b", UpdateOptions::default(), &mut same)
        .await
        .expect("nothing changes");
    let mut watch = store
        .watch(
            "/pods/",
            WatchOptions {
                send_initial_events: Some(false),
                ..WatchOptions::default()
            },
        )
        .await
        .expect("watched");
    let event = tokio::time::timeout(Duration::from_secs(61), watch.next()).await;
    let event = event.expect("b was not given more time").expect("an event");
    assert_eq!(event.kind(), "DELETED");
    let more = tokio::time::timeout(Duration::from_secs(7200), watch.next()).await;
    more.expect_err("a was given all time");
    assert!(store.raw_get("/registry/pods/ns/a").is_some());
}

#[tokio::test(start_paused = true)]
async fn an_update_can_give_time_to_live() {
    let store = store();
    create(&store, KEY).await;
    let mut update = update_with(|_, _| {
        Ok(Update {
            object: labelled("a", "new"),
            ttl: LIFE,
        })
    });
    let updated = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut update)
        .await
        .expect("updated");
    let options = WatchOptions {
        resource_version: version(&updated).to_string(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut watch = store.watch(KEY, options).await.expect("watched");
    let event = tokio::time::timeout(Duration::from_secs(61), watch.next()).await;
    assert_eq!(event.expect("in time").expect("an event").kind(), "DELETED");
}

#[tokio::test]
async fn timers_do_not_keep_a_space() {
    let space = Space::new();
    let weak = std::sync::Arc::downgrade(&space.0);
    space
        .compare_and_put("a", ResourceVersion::UNSET, "x", LIFE)
        .expect("absent");
    drop(space);
    assert!(weak.upgrade().is_none());
}
