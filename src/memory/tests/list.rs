use k8s_openapi::api::core::v1::Pod;

use super::{create, labelled, store, version};
use crate::{
    memory,
    storage::{
        ContinueToken, List, ListOptions, ResourceVersion, ResourceVersionMatch,
        SelectionPredicate, Store,
    },
};

fn page(limit: i64, continue_token: &str) -> ListOptions<Pod> {
    ListOptions {
        predicate: SelectionPredicate {
            limit,
            continue_token: continue_token.to_owned(),
            ..SelectionPredicate::everything()
        },
        ..ListOptions::default()
    }
}

fn named(name: &str, limit: i64) -> ListOptions<Pod> {
    let field = format!("metadata.name={name}").parse().expect("a selector");
    ListOptions {
        predicate: SelectionPredicate {
            limit,
            ..SelectionPredicate::selecting(Default::default(), field)
        },
        ..ListOptions::default()
    }
}

fn at(version: impl ToString, matching: ResourceVersionMatch) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_string(),
        resource_version_match: matching,
        ..ListOptions::default()
    }
}

async fn list(store: &memory::Store<Pod>, key: &str, options: &ListOptions<Pod>) -> List<Pod> {
    store.get_list(key, options).await.expect("listed")
}

fn names(list: &List<Pod>) -> Vec<&str> {
    list.items
        .iter()
        .map(|pod| pod.metadata.name.as_deref().unwrap_or_default())
        .collect()
}

async fn seeded() -> memory::Store<Pod> {
    let store = store();
    for key in ["/pods/one/a", "/pods/two/b", "/pods/two/c", "/pods/three/b"] {
        create(&store, key).await;
    }
    store.bump_revision();
    store
}

#[tokio::test]
async fn a_collection_is_in_key_order_at_the_version_of_the_store() {
    let store = seeded().await;
    let all = list(&store, "/pods", &ListOptions::default()).await;
    assert_eq!(names(&all), ["a", "b", "b", "c"]);
    assert_eq!(all.resource_version, ResourceVersion::new(6));
    assert_eq!(
        (all.continue_token.as_str(), all.remaining_item_count),
        ("", None)
    );
    let versions: Vec<u64> = all.items.iter().map(|pod| version(pod).get()).collect();
    assert_eq!(versions, [2, 5, 3, 4]);
    assert_eq!(
        names(&list(&store, "/pods/two", &ListOptions::default()).await),
        ["b", "c"]
    );
    assert!(
        list(&store, "/pods/tw", &ListOptions::default())
            .await
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn pages_are_one_snapshot() {
    let store = seeded().await;
    let first = list(&store, "/pods/", &page(3, "")).await;
    assert_eq!(names(&first), ["a", "b", "b"]);
    assert_eq!(first.remaining_item_count, Some(1));
    let token = ContinueToken::decode(&first.continue_token, "/registry/pods/").expect("a token");
    assert_eq!(
        (token.start.as_str(), token.revision),
        ("/registry/pods/two/b\0", 6)
    );
    create(&store, "/pods/two/bb").await;
    store.raw_delete("/registry/pods/two/c");
    let second = list(&store, "/pods/", &page(3, &first.continue_token)).await;
    assert_eq!(names(&second), ["c"]);
    assert_eq!(second.resource_version, ResourceVersion::new(6));
    assert_eq!(
        (second.continue_token.as_str(), second.remaining_item_count),
        ("", None)
    );
}

#[tokio::test]
async fn what_remains_is_told_where_nothing_is_left_out() {
    let store = seeded().await;
    create(&store, "/pods/two/d").await;
    let all = list(&store, "/pods/", &page(2, "")).await;
    assert_eq!(all.remaining_item_count, Some(3));
    let selected = SelectionPredicate {
        field: "metadata.name!=nobody".parse().expect("a selector"),
        ..SelectionPredicate::selecting(Default::default(), Default::default())
    };
    let mut options = page(2, "");
    options.predicate.field = selected.field;
    options.predicate.attributes = selected.attributes;
    let matching = list(&store, "/pods/", &options).await;
    assert_eq!(matching.remaining_item_count, None);
    assert_eq!(matching.continue_token, all.continue_token);
}

#[tokio::test]
async fn an_exactly_full_last_page_has_no_token() {
    let store = seeded().await;
    for limit in [4, 5, 0, -1] {
        let all = list(&store, "/pods/", &page(limit, "")).await;
        assert_eq!(
            (all.items.len(), all.continue_token.as_str()),
            (4, ""),
            "{limit}"
        );
    }
    let most = list(&store, "/pods/", &page(1, "")).await;
    assert_eq!(most.remaining_item_count, Some(3));
}

#[tokio::test]
async fn a_selection_goes_on_until_enough_matches() {
    let store = seeded().await;
    let found = list(&store, "/pods/", &named("b", 2)).await;
    assert_eq!(names(&found), ["b", "b"]);
    assert!(!found.continue_token.is_empty(), "a key follows");
    assert_eq!(found.remaining_item_count, None);
    let found = list(&store, "/pods/", &named("b", 3)).await;
    assert_eq!((found.items.len(), found.continue_token.as_str()), (2, ""));
    let last = list(&store, "/pods/", &named("c", 1)).await;
    assert_eq!((last.items.len(), last.continue_token.as_str()), (1, ""));
}

#[tokio::test]
async fn objects_without_attributes_are_dropped() {
    let store = seeded().await;
    let mut options = named("b", 0);
    options.predicate.attributes = std::sync::Arc::new(|_: &Pod| Err("none".into()));
    assert!(list(&store, "/pods/", &options).await.items.is_empty());
    let mut everything = page(0, "");
    everything.predicate.attributes = options.predicate.attributes;
    assert_eq!(list(&store, "/pods/", &everything).await.items.len(), 4);
}

#[tokio::test]
async fn versions_are_bounds_or_exact() {
    use ResourceVersionMatch::{Exact, NotOlderThan, Unset};
    let store = seeded().await;
    for (version, matching, limit, count, listed_at) in [
        ("", Unset, 0, 4, 6),
        ("", Exact, 0, 4, 6),
        ("0", Exact, 0, 4, 6),
        ("3", Unset, 0, 4, 6),
        ("3", NotOlderThan, 9, 4, 6),
        ("3", Exact, 0, 2, 3),
        ("3", Unset, 9, 2, 3),
        ("1", Exact, 0, 0, 1),
    ] {
        let mut options = at(version, matching.clone());
        options.predicate.limit = limit;
        let found = list(&store, "/pods/", &options).await;
        assert_eq!(
            (found.items.len(), found.resource_version.get()),
            (count, listed_at),
            "{version:?} {matching:?} {limit}"
        );
    }
    for matching in [Unset, NotOlderThan, Exact] {
        let failed = store.get_list("/pods/", &at(7, matching)).await;
        let error = failed.expect_err("the future").error;
        assert!(error.is_resource_version_too_large());
        assert!(error.to_string().ends_with("7, current: 6"), "{error}");
    }
}

#[tokio::test]
async fn one_key_is_listed_without_limit_and_token() {
    use ResourceVersionMatch::{Exact, Unset};
    let store = store();
    let key = "/pods/ns/a";
    let first = create(&store, key).await;
    store.raw_put(
        "/registry/pods/ns/a",
        serde_json::to_vec(&labelled("a", "new")).expect("JSON"),
    );
    create(&store, "/pods/ns/a/below").await;
    let single = |version: &str, matching| ListOptions {
        recursive: false,
        ..at(version, matching)
    };
    let mut options = single("", Unset);
    options.predicate.limit = 1;
    options.predicate.continue_token = "no token".to_owned();
    let found = list(&store, key, &options).await;
    assert_eq!((found.items.len(), found.resource_version.get()), (1, 4));
    let mut bounded = single("2", Unset);
    bounded.predicate.limit = 1;
    assert_eq!(list(&store, key, &bounded).await.resource_version.get(), 4);
    let exact = list(&store, key, &single("2", Exact)).await;
    assert_eq!(
        (exact.items, exact.resource_version.get()),
        (vec![first], 2)
    );
    let absent = list(&store, "/pods/ns/b", &single("", Unset)).await;
    assert_eq!((absent.items.len(), absent.resource_version.get()), (0, 4));
}
