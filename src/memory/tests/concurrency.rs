use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;

use super::{labelled, next, pod, store, version};
use crate::storage::{
    GetOptions, ResourceVersion, Store, UpdateOptions, WatchOptions, update_with,
};

const KEY: &str = "/pods/ns/a";
const WRITERS: u64 = 4;
const WRITES: u64 = 50;

fn count(pod: &Pod) -> u64 {
    let labels = pod.metadata.labels.as_ref();
    let state = labels.and_then(|labels| labels.get("state"));
    state.map_or(0, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_increment_and_no_event_is_lost() {
    let store = Arc::new(store());
    store.create(KEY, &pod("a"), None).await.expect("created");
    let options = WatchOptions {
        resource_version: "1".to_owned(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut watch = store.watch(KEY, options).await.expect("watched");
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for _ in 0..WRITES {
                    let mut increment = update_with(|current: Option<Pod>, _| {
                        let next = count(&current.expect("present")) + 1;
                        Ok(labelled("a", &next.to_string()).into())
                    });
                    store
                        .guaranteed_update(KEY, UpdateOptions::default(), &mut increment)
                        .await
                        .expect("updated");
                }
            })
        })
        .collect();
    for number in 0..=WRITERS * WRITES {
        let event = next(&mut watch).await.expect("an event");
        let object = event.object().expect("an object");
        assert_eq!((count(object), version(object).get()), (number, number + 2));
    }
    for writer in writers {
        writer.await.expect("no writer panics");
    }
    assert_eq!(
        store.space().revision(),
        ResourceVersion::new(2 + WRITERS * WRITES)
    );
}

#[tokio::test]
async fn of_several_creations_one_succeeds() {
    let store = store();
    let object = pod("a");
    let attempts = (0..10).map(|_| store.create(KEY, &object, None));
    let results = futures::future::join_all(attempts).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test]
async fn asking_again_and_again_keeps_nothing_from_happening() {
    let store = Arc::new(store());
    store.create(KEY, &pod("a"), None).await.expect("created");
    let other = Arc::clone(&store);
    let deletion = tokio::spawn(async move { other.raw_delete("/registry/pods/ns/a") });
    let options = GetOptions {
        ignore_not_found: true,
        ..GetOptions::default()
    };
    let mut asked = 0;
    while store.get(KEY, &options).await.expect("read").is_some() {
        asked += 1;
        assert!(asked < 10_000, "the deletion never had its turn");
    }
    deletion.await.expect("done");
}
