use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, pod, prefixes, store, store_with, version};
use crate::{
    memory,
    storage::{
        AcceptAll, DeleteOptions, Error, Preconditions, ResourceVersion, Store, UpdateOptions,
        update_with, validate_with,
    },
};

const KEY: &str = "/pods/ns/a";
const FULL: &str = "/registry/pods/ns/a";

fn suggesting(suggestion: &Pod) -> DeleteOptions<Pod> {
    DeleteOptions {
        suggestion: Some(suggestion.clone()),
        ..DeleteOptions::default()
    }
}

fn unreadable_only() -> DeleteOptions<Pod> {
    DeleteOptions {
        expect_transform_or_decode_error: true,
        ..DeleteOptions::default()
    }
}

async fn relabel(store: &memory::Store<Pod>, value: &str) -> Pod {
    let mut update = update_with(|_, _| Ok(labelled("a", value).into()));
    let options = UpdateOptions::default();
    let updated = store.guaranteed_update(KEY, options, &mut update).await;
    updated.expect("updated")
}

#[tokio::test]
async fn the_last_state_is_returned_at_the_version_of_the_deletion() {
    let store = store();
    let created = create(&store, KEY).await;
    store.bump_revision();
    let deleted = store
        .delete(KEY, DeleteOptions::default(), &mut AcceptAll)
        .await;
    let mut deleted = deleted.expect("deleted").expect("readable");
    assert_eq!(version(&deleted), ResourceVersion::new(4));
    assert_eq!(store.space().revision(), ResourceVersion::new(4));
    deleted
        .metadata
        .resource_version
        .clone_from(&created.metadata.resource_version);
    assert_eq!(deleted, created);
    let again = store
        .delete(KEY, suggesting(&created), &mut AcceptAll)
        .await;
    assert!(again.expect_err("gone").is_not_found());
}

#[tokio::test]
async fn a_missing_object_is_not_validated() {
    let store = store();
    let mut validate = validate_with(|_: Option<&Pod>| panic!("nothing to validate"));
    for options in [
        DeleteOptions::default(),
        unreadable_only(),
        suggesting(&pod("a")),
    ] {
        let failed = store.delete(KEY, options, &mut validate).await;
        assert!(failed.expect_err("missing").is_not_found());
    }
}

#[tokio::test]
async fn preconditions_keep_other_objects() {
    let store = store();
    let created = create(&store, KEY).await;
    let with = |preconditions, suggestion| DeleteOptions {
        preconditions: Some(preconditions),
        suggestion,
        ..DeleteOptions::default()
    };
    for suggestion in [None, Some(created.clone())] {
        let options = with(Preconditions::resource_version("3"), suggestion);
        let failed = store.delete(KEY, options, &mut AcceptAll).await;
        assert!(failed.expect_err("another version").is_invalid_object());
    }
    relabel(&store, "new").await;
    let options = with(Preconditions::resource_version("3"), Some(created));
    let deleted = store.delete(KEY, options, &mut AcceptAll).await;
    deleted.expect("what is stored is meant");
}

#[tokio::test]
async fn validation_sees_exactly_what_is_deleted() {
    let store = store();
    create(&store, KEY).await;
    let mut seen = Vec::new();
    let mut validate = validate_with(|object: Option<&Pod>| {
        seen.push(version(object.expect("readable")).get());
        if seen.len() == 1 {
            let new = serde_json::to_vec(&labelled("a", "new")).expect("JSON");
            store.raw_put(FULL, new);
        }
        Ok(())
    });
    let deleted = store
        .delete(KEY, DeleteOptions::default(), &mut validate)
        .await;
    assert_eq!(seen, [2, 3]);
    let deleted = deleted.expect("deleted").expect("readable");
    assert_eq!(
        deleted.metadata.labels,
        labelled("a", "new").metadata.labels
    );
    assert_eq!(version(&deleted), ResourceVersion::new(4));
}

#[tokio::test]
async fn an_object_that_vanishes_is_missing() {
    let store = store();
    create(&store, KEY).await;
    let mut calls = 0;
    let mut validate = validate_with(|_: Option<&Pod>| {
        calls += 1;
        store.raw_delete(FULL);
        Ok(())
    });
    let failed = store
        .delete(KEY, DeleteOptions::default(), &mut validate)
        .await;
    assert!(failed.expect_err("gone").is_not_found());
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn a_refusal_is_asked_again_only_where_the_object_changed() {
    let store = store();
    let old = create(&store, KEY).await;
    let current = relabel(&store, "current").await;
    for (suggestion, expected) in [(&current, 1), (&old, 2)] {
        let mut calls = 0;
        let mut refuse = validate_with(|_: Option<&Pod>| {
            calls += 1;
            Err(Error::Plain(format!("refused {calls}")))
        });
        let failed = store.delete(KEY, suggesting(suggestion), &mut refuse).await;
        let message = failed.expect_err("refused").to_string();
        assert_eq!(message, format!("refused {expected}"));
        assert_eq!(calls, expected);
    }
    let deleted = store.delete(KEY, suggesting(&old), &mut AcceptAll).await;
    let deleted = deleted.expect("found out by the write").expect("readable");
    assert_eq!(deleted.metadata.labels, current.metadata.labels);
}

#[tokio::test]
async fn only_unreadable_objects_are_deleted_as_such() {
    for damaged in ["a!{", "b!{}"] {
        let store = store_with(prefixes(&["a!"]));
        let created = create(&store, KEY).await;
        let options = DeleteOptions {
            suggestion: Some(created),
            ..unreadable_only()
        };
        let failed = store.delete(KEY, options, &mut AcceptAll).await;
        let error = failed.expect_err("readable");
        assert!(error.is_invalid_object());
        assert!(
            error
                .to_string()
                .ends_with("the object is decodable from storage")
        );

        store.raw_put(FULL, damaged);
        let failed = store
            .delete(KEY, DeleteOptions::default(), &mut AcceptAll)
            .await;
        failed.expect_err("unreadable");
        let options = DeleteOptions {
            preconditions: Some(Preconditions::default()),
            ..unreadable_only()
        };
        let error = store
            .delete(KEY, options, &mut AcceptAll)
            .await
            .expect_err("unknown");
        assert!(
            error.is_internal() && error.to_string().starts_with("can't enforce preconditions")
        );
        let mut refuse = validate_with(|object: Option<&Pod>| {
            assert_eq!(object, None);
            Err(Error::Plain("kept".to_owned()))
        });
        let failed = store.delete(KEY, unreadable_only(), &mut refuse).await;
        assert_eq!(failed.expect_err("refused").to_string(), "kept");
        let deleted = store.delete(KEY, unreadable_only(), &mut AcceptAll).await;
        assert_eq!(deleted.expect("deleted"), None);
        assert_eq!(store.raw_get(FULL), None);
    }
}

#[tokio::test]
async fn an_object_that_becomes_readable_is_kept() {
    let store = store();
    store.raw_put(FULL, "{");
    let mut repair = validate_with(|_: Option<&Pod>| {
        store.raw_put(FULL, serde_json::to_vec(&pod("a")).expect("JSON"));
        Ok(())
    });
    let failed = store.delete(KEY, unreadable_only(), &mut repair).await;
    assert!(failed.expect_err("readable now").is_invalid_object());
    assert!(store.raw_get(FULL).is_some());
}
