use std::sync::Arc;

use super::{create, pod, prefixes, store, store_with, version};
use crate::{
    storage::{Error, GetOptions, Object, ResourceVersion, Store},
    value::PrefixTransformers,
};

const KEY: &str = "/pods/ns/a";

fn bounded(bound: impl ToString) -> GetOptions {
    GetOptions {
        resource_version: bound.to_string(),
        ..GetOptions::default()
    }
}

#[tokio::test]
async fn the_object_is_returned_and_stored_at_the_version_of_its_creation() {
    let store = store();
    let mut input = pod("a");
    input.metadata.self_link = Some("/self".to_owned());
    let created = store.create(KEY, &input, None).await.expect("created");
    assert_eq!(version(&created), ResourceVersion::new(2));
    assert_eq!(created.metadata.self_link, None);
    let (bytes, at) = store.raw_get("/registry/pods/ns/a").expect("stored");
    assert_eq!(at, version(&created));
    let text = String::from_utf8(bytes).expect("JSON");
    assert!(text.ends_with("}\n") && !text.contains("resourceVersion") && !text.contains("self"));
    let found = store.get(KEY, &GetOptions::default()).await.expect("found");
    assert_eq!(found, Some(created));
}

#[tokio::test]
async fn an_object_is_created_once() {
    let store = store();
    let first = create(&store, KEY).await;
    let error = store.create(KEY, &pod("b"), None).await.expect_err("taken");
    assert!(error.is_exists());
    assert!(
        error
            .to_string()
            .contains("Key: /registry/pods/ns/a, ResourceVersion: 0")
    );
    let found = store.get(KEY, &GetOptions::default()).await.expect("found");
    assert_eq!(found, Some(first));
    assert_eq!(store.space().revision(), ResourceVersion::new(2));
}

#[tokio::test]
async fn an_object_with_a_version_is_not_created() {
    let store = store();
    let mut input = pod("a");
    input.set_resource_version(ResourceVersion::new(1));
    let error = store.create(KEY, &input, None).await.expect_err("refused");
    assert!(matches!(error, Error::ResourceVersionSet));
    input.metadata.resource_version = Some("0".to_owned());
    store.create(KEY, &input, None).await.expect("unset");
}

#[tokio::test]
async fn values_that_cannot_be_written_are_not_created() {
    let none: [(&str, Arc<dyn crate::value::Transformer>); 0] = [];
    let store = store_with(Arc::new(PrefixTransformers::new(none)));
    let error = store.create(KEY, &pod("a"), None).await.expect_err("none");
    assert!(error.is_internal());
    assert_eq!(store.raw_get("/registry/pods/ns/a"), None);
}

#[tokio::test]
async fn keys_are_checked_first() {
    let store = store();
    let mut input = pod("a");
    input.set_resource_version(ResourceVersion::new(1));
    let error = store
        .create("/pods/../a", &input, None)
        .await
        .expect_err("dots");
    assert_eq!(error.to_string(), "invalid key: \"/pods/../a\"");
    let error = store
        .get("/other/a", &bounded("x"))
        .await
        .expect_err("foreign");
    assert!(matches!(error, Error::Key(_)));
}

#[tokio::test]
async fn bounds_are_verified_before_the_object_is_looked_for() {
    let store = store();
    let absent = "/pods/ns/absent";
    let error = store.get(absent, &bounded("x")).await.expect_err("none");
    assert_eq!(error.status().and_then(|status| status.code), Some(400));
    assert!(error.to_string().starts_with("invalid resource version: "));
    for bound in ["2", "18446744073709551615"] {
        let options = GetOptions {
            ignore_not_found: true,
            ..bounded(bound)
        };
        let error = store.get(absent, &options).await.expect_err("future");
        assert!(error.is_resource_version_too_large());
        assert_eq!(
            error.to_string(),
            format!("Timeout: Too large resource version: {bound}, current: 1")
        );
    }
    let error = store.get(absent, &bounded("1")).await.expect_err("absent");
    assert!(error.is_not_found());
    create(&store, KEY).await;
    let options = GetOptions {
        ignore_not_found: true,
        ..bounded("2")
    };
    assert_eq!(store.get(absent, &options).await.expect("ignored"), None);
    assert!(store.get(KEY, &bounded("2")).await.expect("held").is_some());
}

#[tokio::test]
async fn unreadable_values_are_told_apart() {
    for allowed in [true, false] {
        let store = store_with(prefixes(&["a!"])).allow_unsafe_deletion(allowed);
        create(&store, KEY).await;
        store.set_transformer(prefixes(&["b!"]));
        let error = store.get(KEY, &GetOptions::default()).await;
        let error = error.expect_err("another prefix");
        assert_eq!(
            (error.is_corrupt_object(), error.is_internal()),
            (allowed, !allowed)
        );
        store.raw_put("/registry/pods/ns/a", "b!{");
        let error = store.get(KEY, &GetOptions::default()).await;
        let error = error.expect_err("no object");
        assert_eq!(error.is_corrupt_object(), allowed);
        assert_eq!(matches!(error, Error::Codec(_)), !allowed);
    }
}

#[tokio::test]
async fn the_version_of_the_store_follows_foreign_writes_and_no_reads() {
    let store = store();
    create(&store, KEY).await;
    let bumped = store.bump_revision();
    assert_eq!(bumped, ResourceVersion::new(3));
    store.get(KEY, &GetOptions::default()).await.expect("read");
    let current = store.current_resource_version().await.expect("known");
    assert_eq!(current, bumped);
}
