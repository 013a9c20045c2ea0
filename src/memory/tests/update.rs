use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, pod, prefixes, store, store_with, version};
use crate::{
    memory,
    storage::{
        AsyncUpdate, Error, GetOptions, Preconditions, ResourceVersion, ResponseMeta, Store,
        Update, UpdateOptions, update_with,
    },
};

const KEY: &str = "/pods/ns/a";
const FULL: &str = "/registry/pods/ns/a";

fn or_create() -> UpdateOptions<Pod> {
    UpdateOptions {
        ignore_not_found: true,
        ..UpdateOptions::default()
    }
}

fn on(preconditions: Preconditions) -> UpdateOptions<Pod> {
    UpdateOptions {
        preconditions: Some(preconditions),
        ..UpdateOptions::default()
    }
}

async fn set(
    store: &memory::Store<Pod>,
    options: UpdateOptions<Pod>,
    value: &str,
) -> Result<Pod, Error> {
    let mut update = update_with(|_, _| Ok(labelled("a", value).into()));
    store.guaranteed_update(KEY, options, &mut update).await
}

#[tokio::test]
async fn the_update_gets_the_object_and_its_version() {
    let store = store();
    let created = create(&store, KEY).await;
    let mut seen = Vec::new();
    let mut update = update_with(|current: Option<Pod>, meta: ResponseMeta| {
        seen.push((current, meta.resource_version.get(), meta.ttl.as_secs()));
        Ok(labelled("a", "new").into())
    });
    let updated = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut update)
        .await
        .expect("updated");
    assert_eq!(seen, [(Some(created), 2, 0)]);
    assert_eq!(version(&updated), ResourceVersion::new(3));
    let found = store.get(KEY, &GetOptions::default()).await.expect("found");
    assert_eq!(found, Some(updated));
}

#[tokio::test]
async fn a_missing_object_is_an_error_or_created() {
    let store = store();
    let failed = set(&store, UpdateOptions::default(), "x").await;
    assert!(failed.expect_err("missing").is_not_found());
    let mut seen = Vec::new();
    let mut update = update_with(|current: Option<Pod>, meta: ResponseMeta| {
        seen.push((current, meta.resource_version));
        Ok(pod("a").into())
    });
    let created = store
        .guaranteed_update(KEY, or_create(), &mut update)
        .await
        .expect("created");
    assert_eq!(seen, [(None, ResourceVersion::UNSET)]);
    assert_eq!(version(&created), ResourceVersion::new(2));
}

#[tokio::test]
async fn nothing_is_written_where_nothing_changes() {
    let store = store();
    let created = create(&store, KEY).await;
    let mut update = update_with(|current: Option<Pod>, _| {
        let mut object = current.expect("present");
        object.metadata.self_link = Some("/self".to_owned());
        object.metadata.resource_version = Some("no version".to_owned());
        Ok(object.into())
    });
    let same = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut update)
        .await
        .expect("done");
    assert_eq!(same, created);
    assert_eq!(store.space().revision(), ResourceVersion::new(2));
}

#[tokio::test]
async fn bytes_decide_whether_something_changes() {
    let store = store();
    create(&store, KEY).await;
    let (bytes, _) = store.raw_get(FULL).expect("stored");
    let padded = store.raw_put(FULL, [b" ".as_slice(), &bytes].concat());
    let mut same = update_with(|current: Option<Pod>, _| Ok(current.expect("present").into()));
    let written = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut same)
        .await
        .expect("rewritten");
    assert_eq!(version(&written), padded.next());
    assert_eq!(store.raw_get(FULL).expect("stored").0, bytes);
}

#[tokio::test]
async fn a_stale_value_is_written_again_once() {
    let store = store_with(prefixes(&["old!"]));
    create(&store, KEY).await;
    store.set_transformer(prefixes(&["new!", "old!"]));
    for expected in [3, 3] {
        let mut same = update_with(|current: Option<Pod>, _| Ok(current.expect("present").into()));
        let written = store
            .guaranteed_update(KEY, UpdateOptions::default(), &mut same)
            .await
            .expect("done");
        assert_eq!(version(&written), ResourceVersion::new(expected));
    }
    assert!(store.raw_get(FULL).expect("stored").0.starts_with(b"new!"));
}

#[tokio::test]
async fn a_conflict_starts_over_with_what_is_stored() {
    let store = store();
    create(&store, KEY).await;
    let store = &store;
    let mut seen = Vec::new();
    let seen_here = &mut seen;
    let mut update = AsyncUpdate(move |current: Option<Pod>, meta: ResponseMeta| {
        let labels = current.expect("present").metadata.labels;
        seen_here.push((
            labels.unwrap_or_default().into_values().next(),
            meta.resource_version.get(),
        ));
        let is_first = seen_here.len() == 1;
        async move {
            if is_first {
                set(store, UpdateOptions::default(), "other").await?;
            }
            Ok(labelled("a", "mine").into())
        }
    });
    let updated = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut update)
        .await
        .expect("updated");
    assert_eq!(version(&updated), ResourceVersion::new(4));
    assert_eq!(seen, [(None, 2), (Some("other".to_owned()), 3)]);
}

#[tokio::test]
async fn an_object_that_vanishes_is_missing_or_created_again() {
    for (options, calls) in [(UpdateOptions::default(), 1), (or_create(), 2)] {
        let store = store();
        create(&store, KEY).await;
        let ignores = options.ignore_not_found;
        let mut seen = 0;
        let mut update = update_with(|current: Option<Pod>, _| {
            seen += 1;
            store.raw_delete(FULL);
            assert_eq!(current.is_some(), seen == 1);
            Ok(labelled("a", "new").into())
        });
        let result = store.guaranteed_update(KEY, options, &mut update).await;
        assert_eq!(seen, calls);
        match result {
            Ok(created) => assert!(ignores && version(&created) == ResourceVersion::new(4)),
            Err(error) => assert!(!ignores && error.is_not_found()),
        }
    }
}

#[tokio::test]
async fn preconditions_come_before_the_update() {
    let store = store();
    create(&store, KEY).await;
    for preconditions in [
        Preconditions::uid("x"),
        Preconditions::resource_version("02"),
    ] {
        let mut update = update_with(|_, _| -> Result<Update<Pod>, Error> { panic!("not asked") });
        let failed = store
            .guaranteed_update(KEY, on(preconditions), &mut update)
            .await;
        assert!(failed.expect_err("another object").is_invalid_object());
    }
    set(&store, on(Preconditions::resource_version("2")), "x")
        .await
        .expect("this object");
    let options = UpdateOptions {
        ignore_not_found: true,
        ..on(Preconditions::uid("x"))
    };
    let mut update = update_with(|_, _| Ok(pod("b").into()));
    let failed = store
        .guaranteed_update("/pods/ns/b", options, &mut update)
        .await;
    assert!(failed.expect_err("no object").is_invalid_object());
}

#[tokio::test]
async fn the_error_of_an_update_is_returned_after_one_call() {
    let store = store();
    create(&store, KEY).await;
    let mut calls = 0;
    let mut update = update_with(|_, _| -> Result<Update<Pod>, Error> {
        calls += 1;
        Err(Error::Plain("mine".to_owned()))
    });
    let failed = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut update)
        .await;
    assert_eq!(failed.expect_err("refused").to_string(), "mine");
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn an_unreadable_value_is_not_updated() {
    let store = store_with(prefixes(&["a!"]));
    store.raw_put(FULL, "b!{}");
    let failed = set(&store, UpdateOptions::default(), "x").await;
    assert!(failed.expect_err("another prefix").is_internal());
    assert_eq!(store.space().revision(), ResourceVersion::new(2));
}
