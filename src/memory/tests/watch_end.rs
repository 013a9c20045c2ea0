use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;

use super::{create, next, store, version};
use crate::{
    memory::{Space, Store as Memory, history::SLACK},
    storage::{
        Bookmark, Event, KeySpace, ResourceVersion, SelectionPredicate, Store, WatchOptions,
    },
    value::Identity,
};

fn changes() -> WatchOptions<Pod> {
    WatchOptions {
        send_initial_events: Some(false),
        ..WatchOptions::default()
    }
}

fn over(space: &Space) -> Memory<Pod> {
    let keys = KeySpace::new("/registry", "/pods/").expect("valid prefixes");
    Memory::new(
        space.clone(),
        keys,
        Arc::new(crate::codec::Json),
        Arc::new(Identity),
    )
}

#[tokio::test]
async fn what_was_delivered_before_a_stop_can_be_read() {
    let store = store();
    let mut watch = store.watch("/pods/", changes()).await.expect("watched");
    for number in 0..21 {
        create(&store, &format!("/pods/ns/{number}")).await;
    }
    assert_eq!(next(&mut watch).await.expect("the first").kind(), "ADDED");
    watch.stop();
    create(&store, "/pods/ns/late").await;
    let mut read = 1;
    while next(&mut watch).await.is_some() {
        read += 1;
    }
    assert_eq!(read, 21);
}

#[tokio::test]
async fn a_watch_that_waits_ends_when_it_is_stopped() {
    let store = store();
    let mut watch = store.watch("/pods/", changes()).await.expect("watched");
    let created = create(&store, "/pods/ns/a").await;
    assert_eq!(next(&mut watch).await, Some(Event::Added(created)));
    watch.stop();
    assert_eq!(next(&mut watch).await, None);
}

#[tokio::test]
async fn a_watch_ends_with_its_store_and_not_with_its_space() {
    let space = Space::new();
    let (first, second) = (over(&space), over(&space));
    let mut ending = first.watch("/pods/", changes()).await.expect("watched");
    let mut staying = second.watch("/pods/", changes()).await.expect("watched");
    let created = create(&second, "/pods/ns/a").await;
    assert_eq!(next(&mut ending).await, Some(Event::Added(created.clone())));
    drop(first);
    assert_eq!(next(&mut ending).await, None);
    assert_eq!(next(&mut staying).await, Some(Event::Added(created)));

    let weak = Arc::downgrade(&space.0);
    drop((space, second));
    assert_eq!(next(&mut staying).await, None);
    assert!(weak.upgrade().is_none(), "watches do not keep the space");
}

#[tokio::test]
async fn a_store_without_readers_stays_usable_and_loses_nothing() {
    let store = store();
    let mut reading = store.watch("/pods/", changes()).await.expect("watched");
    let mut slow = store.watch("/pods/", changes()).await.expect("watched");
    for number in 0..250 {
        let created = create(&store, &format!("/pods/ns/{number}")).await;
        assert_eq!(next(&mut reading).await, Some(Event::Added(created)));
    }
    for number in 2..252 {
        let event = next(&mut slow).await.expect("nothing is dropped");
        assert_eq!(version(event.object().expect("a pod")).get(), number);
    }
}

#[tokio::test]
async fn a_compaction_overtakes_only_who_is_far_behind() {
    let store = store();
    let mut near = store.watch("/pods/", changes()).await.expect("watched");
    let created = create(&store, "/pods/ns/a").await;
    let latest = store.bump_revision();
    store.compact(latest).expect("the latest");
    assert_eq!(next(&mut near).await, Some(Event::Added(created)));

    let mut far = store.watch("/pods/", changes()).await.expect("watched");
    for number in 0..SLACK + 2 {
        store.raw_put(&format!("/registry/pods/ns/{number}"), "{}");
    }
    store.compact(store.space().revision()).expect("the latest");
    let Some(Event::Error(status)) = next(&mut far).await else {
        panic!("the first changes are gone");
    };
    assert_eq!(status.code, Some(410));
    assert_eq!(next(&mut far).await, None);
}

#[tokio::test]
async fn progress_is_told_to_those_who_want_it_after_the_events_before() {
    let store = store();
    let wanting = WatchOptions {
        progress_notify: true,
        ..changes()
    };
    let mut asking = store.watch("/pods/", wanting).await.expect("watched");
    let mut silent = store.watch("/pods/", changes()).await.expect("watched");
    for round in 0..2 {
        let created = create(&store, &format!("/pods/ns/{round}")).await;
        let latest = store.bump_revision();
        store.request_watch_progress().await.expect("asked");
        assert_eq!(next(&mut asking).await, Some(Event::Added(created.clone())));
        let bookmark = Bookmark {
            resource_version: latest,
            initial_events_end: false,
        };
        assert_eq!(next(&mut asking).await, Some(Event::Bookmark(bookmark)));
        assert_eq!(next(&mut silent).await, Some(Event::Added(created)));
    }
}

#[tokio::test]
async fn progress_is_not_told_before_a_watch_begins() {
    let store = store();
    let future = WatchOptions {
        resource_version: "3".to_owned(),
        progress_notify: true,
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", future).await.expect("watched");
    store.request_watch_progress().await.expect("asked");
    tokio::task::yield_now().await;
    create(&store, "/pods/ns/a").await;
    assert_eq!(store.bump_revision(), ResourceVersion::new(3));
    let third = create(&store, "/pods/ns/c").await;
    assert_eq!(next(&mut watch).await, Some(Event::Added(third)));
}

#[tokio::test]
async fn a_selector_that_panics_ends_its_watch_with_an_error() {
    let store = store();
    create(&store, "/pods/ns/a").await;
    let predicate = SelectionPredicate {
        field: "metadata.name=a".parse().expect("a selector"),
        attributes: Arc::new(|_: &Pod| std::panic::resume_unwind(Box::new("no attributes"))),
        ..SelectionPredicate::everything()
    };
    let options = WatchOptions {
        predicate,
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("watched");
    let Some(Event::Error(status)) = next(&mut watch).await else {
        panic!("an error");
    };
    assert_eq!(status.code, Some(500));
    let message = status.message.unwrap_or_default();
    assert!(message.contains("it panicked: no attributes"), "{message}");
    assert_eq!(next(&mut watch).await, None);
}
