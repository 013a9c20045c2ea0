use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, pod, prefixes, store, store_with, version};
use crate::{
    memory,
    storage::{Error, Preconditions, ResourceVersion, Store, Update, UpdateOptions, update_with},
};

const KEY: &str = "/pods/ns/a";
const FULL: &str = "/registry/pods/ns/a";

fn suggesting(suggestion: &Pod) -> UpdateOptions<Pod> {
    UpdateOptions {
        suggestion: Some(suggestion.clone()),
        ..UpdateOptions::default()
    }
}

fn state(pod: &Pod) -> Option<&str> {
    Some(pod.metadata.labels.as_ref()?.get("state")?.as_str())
}

async fn outdated() -> (memory::Store<Pod>, Pod, Pod) {
    let store = store();
    let old = create(&store, KEY).await;
    let mut update = update_with(|_, _| Ok(labelled("a", "current").into()));
    let current = store
        .guaranteed_update(KEY, UpdateOptions::default(), &mut update)
        .await
        .expect("updated");
    (store, old, current)
}

/// Refuses every object, and returns how often it was asked.
async fn refuse(store: &memory::Store<Pod>, suggestion: &Pod) -> u32 {
    let mut calls = 0;
    let mut update = update_with(|_, _| -> Result<Update<Pod>, Error> {
        calls += 1;
        Err(Error::Plain(format!("refused {calls}")))
    });
    let failed = store
        .guaranteed_update(KEY, suggesting(suggestion), &mut update)
        .await;
    assert_eq!(
        failed.expect_err("refused").to_string(),
        format!("refused {calls}")
    );
    calls
}

#[tokio::test]
async fn a_right_one_spares_the_read() {
    let (store, _, current) = outdated().await;
    store.set_transformer(prefixes(&["unreadable!"]));
    let mut update = update_with(|_, _| Ok(labelled("a", "new").into()));
    let updated = store
        .guaranteed_update(KEY, suggesting(&current), &mut update)
        .await
        .expect("nothing was read");
    assert_eq!(version(&updated), version(&current).next());
}

#[tokio::test]
async fn a_refusal_is_asked_again_only_where_the_object_changed() {
    let (store, old, current) = outdated().await;
    assert_eq!(refuse(&store, &current).await, 1);
    assert_eq!(refuse(&store, &old).await, 2);
}

#[tokio::test]
async fn a_wrong_one_is_found_out_by_the_write() {
    let (store, old, current) = outdated().await;
    let mut seen = Vec::new();
    let mut update = update_with(|found: Option<Pod>, _| {
        let found = found.expect("present");
        seen.push(state(&found).map(str::to_owned));
        Ok(labelled("a", "new").into())
    });
    let updated = store
        .guaranteed_update(KEY, suggesting(&old), &mut update)
        .await
        .expect("updated");
    assert_eq!(seen, [None, Some("current".to_owned())]);
    assert_eq!(version(&updated), version(&current).next());
}

#[tokio::test]
async fn doing_nothing_is_verified_with_what_is_stored() {
    let (store, old, current) = outdated().await;
    let mut back = update_with(|_, _| Ok(pod("a").into()));
    let written = store
        .guaranteed_update(KEY, suggesting(&old), &mut back)
        .await
        .expect("written");
    assert_eq!(version(&written), version(&current).next());
    assert_eq!(state(&written), None);
    let same = store
        .guaranteed_update(KEY, suggesting(&written), &mut back)
        .await
        .expect("done");
    assert_eq!(version(&same), version(&written));
}

#[tokio::test]
async fn staleness_is_that_of_what_is_stored() {
    let store = store_with(prefixes(&["old!"]));
    let created = create(&store, KEY).await;
    store.set_transformer(prefixes(&["new!", "old!"]));
    let mut same = update_with(|current: Option<Pod>, _| Ok(current.expect("present").into()));
    let written = store
        .guaranteed_update(KEY, suggesting(&created), &mut same)
        .await
        .expect("rewritten");
    assert_eq!(version(&written), version(&created).next());
}

#[tokio::test]
async fn preconditions_are_checked_again_with_what_is_stored() {
    let (store, old, current) = outdated().await;
    let options = UpdateOptions {
        preconditions: Some(Preconditions::resource_version(
            version(&current).to_string(),
        )),
        ..suggesting(&old)
    };
    let mut update = update_with(|_, _| Ok(labelled("a", "new").into()));
    store
        .guaranteed_update(KEY, options, &mut update)
        .await
        .expect("what is stored is meant");
    let options = UpdateOptions {
        preconditions: Some(Preconditions::uid("x")),
        ..suggesting(&old)
    };
    let failed = store.guaranteed_update(KEY, options, &mut update).await;
    assert!(failed.expect_err("another object").is_invalid_object());
}

#[tokio::test]
async fn one_without_a_version_is_none_and_one_with_nonsense_is_an_error() {
    let store = store();
    let mut update = update_with(|_, _| Ok(labelled("a", "new").into()));
    let failed = store
        .guaranteed_update(KEY, suggesting(&pod("a")), &mut update)
        .await;
    assert!(failed.expect_err("missing").is_not_found());
    create(&store, KEY).await;
    let mut nonsense = pod("a");
    nonsense.metadata.resource_version = Some("x".to_owned());
    let failed = store
        .guaranteed_update(KEY, suggesting(&nonsense), &mut update)
        .await;
    let message = failed.expect_err("no version").to_string();
    assert!(
        message.starts_with("couldn't get resource version: "),
        "{message}"
    );
    let (_, at) = store.raw_get(FULL).expect("stored");
    assert_eq!(at, ResourceVersion::new(2));
}
