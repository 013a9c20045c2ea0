use k8s_openapi::api::core::v1::Pod;

use super::{create, prefixes, store, store_with};
use crate::storage::{
    ContinueToken, Error, ListOptions, ResourceVersion, ResourceVersionMatch, SelectionPredicate,
    Store,
};

fn exactly(version: u64, recursive: bool) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_string(),
        resource_version_match: ResourceVersionMatch::Exact,
        recursive,
        ..ListOptions::default()
    }
}

fn continued(token: &str) -> ListOptions<Pod> {
    ListOptions {
        predicate: SelectionPredicate {
            limit: 1,
            continue_token: token.to_owned(),
            ..SelectionPredicate::everything()
        },
        ..ListOptions::default()
    }
}

#[tokio::test]
async fn the_compacted_version_is_the_oldest_that_is_listed() {
    let store = store();
    for name in ["a", "b", "c"] {
        create(&store, &format!("/pods/ns/{name}")).await;
    }
    assert_eq!(store.compact_revision(), ResourceVersion::UNSET);
    store.compact(ResourceVersion::new(3)).expect("the past");
    assert_eq!(store.compact_revision(), ResourceVersion::new(3));
    assert_eq!(store.space().revision(), ResourceVersion::new(4));
    let kept = store.get_list("/pods/", &exactly(3, true)).await;
    assert_eq!(kept.expect("readable").items.len(), 2);
    for (key, recursive) in [("/pods/", true), ("/pods/ns/a", false)] {
        let failed = store.get_list(key, &exactly(2, recursive)).await;
        let error = failed.expect_err("compacted").error;
        assert!(error.is_expired());
        assert_eq!(
            error.to_string(),
            "The resourceVersion for the provided list is too old."
        );
    }
    store.compact(ResourceVersion::new(2)).expect("done before");
    assert_eq!(store.compact_revision(), ResourceVersion::new(3));
    store
        .compact(ResourceVersion::new(5))
        .expect_err("the future");
}

#[tokio::test]
async fn an_expired_page_comes_with_a_token_for_the_rest() {
    let store = store();
    for name in ["a", "b", "c"] {
        create(&store, &format!("/pods/ns/{name}")).await;
    }
    let first = store.get_list("/pods/", &continued("")).await.expect("a");
    store.bump_revision();
    store.compact(ResourceVersion::new(5)).expect("the latest");
    let failed = store
        .get_list("/pods/", &continued(&first.continue_token))
        .await;
    let error = failed.expect_err("compacted").error;
    assert!(error.is_expired());
    assert!(error.to_string().contains("continue parameter is too old"));
    let status = error.status().expect("a status");
    let replacement = status.metadata.continue_.as_deref().expect("a token");
    let token = ContinueToken::decode(replacement, "/registry/pods/").expect("valid");
    assert_eq!(
        (token.start.as_str(), token.revision),
        ("/registry/pods/ns/a\0", -1)
    );

    create(&store, "/pods/ns/aa").await;
    let second = store.get_list("/pods/", &continued(replacement)).await;
    let second = second.expect("the latest state");
    let names: Vec<_> = second
        .items
        .iter()
        .map(|pod| pod.metadata.name.as_deref())
        .collect();
    assert_eq!(names, [Some("aa")]);
    assert_eq!(second.resource_version, ResourceVersion::new(6));
    let token = ContinueToken::decode(&second.continue_token, "/registry/pods/").expect("valid");
    assert_eq!(token.revision, 6, "what follows is one snapshot again");
}

#[tokio::test]
async fn refused_options_read_nothing() {
    let store = store();
    let message = |options: ListOptions<Pod>| {
        let store = &store;
        async move {
            let failed = store.get_list("/pods/", &options).await;
            failed.expect_err("refused").error
        }
    };
    let error = message(ListOptions {
        resource_version: "x".to_owned(),
        ..ListOptions::default()
    })
    .await;
    assert!(error.to_string().starts_with("invalid resource version: "));
    let error = message(continued("%")).await;
    assert!(error.to_string().starts_with("invalid continue token: "));
    let error = message(ListOptions {
        resource_version: "1".to_owned(),
        resource_version_match: ResourceVersionMatch::Other("x".to_owned()),
        ..ListOptions::default()
    })
    .await;
    assert!(matches!(error, Error::UnknownMatch(_)));
}

#[tokio::test]
async fn what_was_read_before_an_unreadable_value_comes_with_the_error() {
    let store = store_with(prefixes(&["a!"])).allow_unsafe_deletion(false);
    create(&store, "/pods/ns/a").await;
    store.raw_put("/registry/pods/ns/b", "b!");
    let failed = store.get_list("/pods/", &ListOptions::default()).await;
    let failed = failed.expect_err("another prefix");
    assert_eq!(failed.items.len(), 1);
    assert!(failed.error.is_internal());
    assert!(
        failed
            .error
            .to_string()
            .starts_with("unable to transform key \"/registry/pods/ns/b\": ")
    );
    store.raw_put("/registry/pods/ns/b", "a!{");
    let failed = store.get_list("/pods/", &ListOptions::default()).await;
    let failed = failed.expect_err("no object");
    assert!(matches!(failed.error, Error::Codec(_)));
    assert_eq!(failed.items.len(), 1);
}
