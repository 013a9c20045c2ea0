use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, next, store_with};
use crate::{
    memory,
    storage::{
        AcceptAll, DeleteOptions, GetOptions, LabelSelector, ListOptions, REASON_STORAGE_READ,
        SelectionPredicate, Store, UpdateOptions, WatchOptions, update_with,
    },
    value::AesGcm,
};

const MOVED: &str = "/registry/pods/ns/moved";

fn store() -> memory::Store<Pod> {
    store_with(Arc::new(
        AesGcm::new(&[7; 32]).expect("a key of a valid length"),
    ))
}

#[tokio::test]
async fn values_are_read_at_their_own_key_only() {
    let store = store();
    create(&store, "/pods/ns/a").await;
    let (bytes, _) = store.raw_get("/registry/pods/ns/a").expect("stored");
    let found = store.get("/pods/ns/a", &GetOptions::default()).await;
    assert!(found.expect("its own").is_some());
    store.raw_put(MOVED, bytes);

    let key = "/pods/ns/moved";
    let found = store.get(key, &GetOptions::default()).await;
    assert!(found.expect_err("moved").is_corrupt_object());
    let listed = store.get_list("/pods/", &ListOptions::default()).await;
    let listed = listed.expect_err("moved");
    let reason = listed
        .error
        .status()
        .and_then(|status| status.reason.clone());
    assert_eq!(reason.as_deref(), Some(REASON_STORAGE_READ));
    assert_eq!(listed.items.len(), 1);
    let mut same = update_with(|current: Option<Pod>, _| Ok(current.expect("present").into()));
    let updated = store
        .guaranteed_update(key, UpdateOptions::default(), &mut same)
        .await;
    assert!(updated.expect_err("moved").is_internal());
    let deleted = store
        .delete(key, DeleteOptions::default(), &mut AcceptAll)
        .await;
    assert!(deleted.expect_err("moved").is_internal());
}

#[tokio::test]
async fn watches_read_values_at_their_own_key_only() {
    let store = store();
    let options = || WatchOptions {
        predicate: SelectionPredicate::selecting(LabelSelector::default(), Default::default()),
        ..WatchOptions::default()
    };
    let mut state = store.watch("/pods/", options()).await.expect("watched");
    create(&store, "/pods/ns/a").await;
    assert_eq!(next(&mut state).await.expect("its own").kind(), "ADDED");
    let (bytes, _) = store.raw_get("/registry/pods/ns/a").expect("stored");
    store.raw_put(MOVED, bytes);
    assert_eq!(next(&mut state).await.expect("moved").kind(), "ERROR");
    let mut again = store.watch("/pods/", options()).await.expect("watched");
    assert_eq!(next(&mut again).await.expect("its own").kind(), "ADDED");
    assert_eq!(next(&mut again).await.expect("moved").kind(), "ERROR");
}

#[tokio::test]
async fn the_value_before_a_change_is_read_at_its_own_key_too() {
    let store = store();
    create(&store, "/pods/ns/a").await;
    let label: LabelSelector = [("state".to_owned(), "red".to_owned())]
        .into_iter()
        .collect();
    let options = WatchOptions {
        send_initial_events: Some(false),
        predicate: SelectionPredicate::selecting(label, Default::default()),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("watched");
    for expected in ["ADDED", "MODIFIED"] {
        let mut next_state =
            update_with(|current: Option<Pod>, meta: crate::storage::ResponseMeta| {
                let mut red = labelled("a", "red");
                red.metadata.annotations =
                    Some([("from".to_owned(), meta.resource_version.to_string())].into());
                assert!(current.is_some());
                Ok(red.into())
            });
        store
            .guaranteed_update("/pods/ns/a", UpdateOptions::default(), &mut next_state)
            .await
            .expect("updated");
        assert_eq!(next(&mut watch).await.expect("red").kind(), expected);
    }
}
