//! An initial state of more than one page of 10,000 objects (backend §5.4).
//!
//! A watch that nobody reads stands still in its first page, as its buffer is full: the time between the pages is as long as
//! a test wants it to be.

mod bed;

use std::sync::Arc;

use bed::DEADLINE;
use storeproof::{
    backend::Destroy,
    etcd3,
    storage::{Event, ResourceVersion, SelectionPredicate, Store, Watch, WatchOptions},
};
use storeproof_fixtures::{
    etcd::Etcd,
    objects::{Pod, everything, key, pod},
};
use tokio::time::timeout;

/// What the store reads at a time.
const PAGE: usize = 10_000;
/// What etcd takes in one transaction.
const TRANSACTION: usize = 128;
const OBJECTS: usize = PAGE + 50;

struct Large {
    etcd: Etcd,
    store: Arc<etcd3::Store<Pod>>,
    end: Destroy,
    watch: Watch<Pod>,
    /// The version of the first page.
    version: ResourceVersion,
}

/// Many objects, and a watch that has told the first of them and has not read the second page yet.
async fn begun() -> Large {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let (store, end) = bed::store(url).await;
    let first = key("ns", "pod-00000");
    let created = store.create(&first, &pod("ns", "pod-00000"), None).await;
    created.expect("it is stored");
    let full = |number| {
        let key = key("ns", &format!("pod-{number:05}"));
        store.keys().prepare(&key, false).expect("a key")
    };
    let bytes = store.raw_get(&full(0)).await.expect("etcd answers");
    let (bytes, _) = bytes.expect("it is there");
    let numbers: Vec<usize> = (1..OBJECTS).collect();
    for some in numbers.chunks(TRANSACTION) {
        let values = some.iter().map(|number| (full(*number), bytes.clone()));
        store.raw_put_all(values).await.expect("they are stored");
    }
    let version = store.current_resource_version().await;
    let version = version.expect("etcd answers");
    let options = WatchOptions {
        predicate: SelectionPredicate {
            allow_watch_bookmarks: true,
            ..everything()
        },
        send_initial_events: Some(true),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    assert!(matches!(next(&mut watch).await, Some(Event::Added(_))));
    Large {
        etcd,
        store,
        end,
        watch,
        version,
    }
}

async fn next(watch: &mut Watch<Pod>) -> Option<Event<Pod>> {
    timeout(DEADLINE, watch.next()).await.expect("in time")
}

/// How many objects come before something else does, and what that is.
async fn count(watch: &mut Watch<Pod>) -> (usize, Option<Event<Pod>>) {
    let mut objects = 0;
    loop {
        match next(watch).await {
            Some(Event::Added(_)) => objects += 1,
            other => return (objects, other),
        }
    }
}

#[tokio::test]
async fn what_is_created_between_its_pages_comes_behind_the_state() {
    let mut large = begun().await;
    let last = pod("zz", "last");
    let last = large.store.create(&key("zz", "last"), &last, None).await;
    let last = last.expect("it is stored");
    let (objects, then) = count(&mut large.watch).await;
    assert_eq!(objects + 1, OBJECTS);
    let Some(Event::Bookmark(mark)) = then else {
        panic!("a bookmark, not {then:?}");
    };
    assert!(mark.initial_events_end);
    assert_eq!(mark.resource_version, large.version);
    assert_eq!(next(&mut large.watch).await, Some(Event::Added(last)));
    large.end.call().await;
    large.etcd.stop().await;
}

#[tokio::test]
async fn a_compaction_between_its_pages_ends_it_as_expired() {
    let mut large = begun().await;
    let later = large.store.bump_revision().await.expect("it is written");
    let compacted = large.store.compact(later).await;
    compacted.expect("it is compacted");
    let (objects, then) = count(&mut large.watch).await;
    assert_eq!(objects + 1, PAGE, "the first page was read before");
    let Some(Event::Error(status)) = then else {
        panic!("an error, not {then:?}");
    };
    assert_eq!(status.code, Some(410));
    assert_eq!(status.reason.as_deref(), Some("Expired"));
    assert_eq!(
        status.message.as_deref(),
        Some("The resourceVersion for the provided list is too old.")
    );
    assert_eq!(next(&mut large.watch).await, None, "nothing follows");
    large.end.call().await;
    large.etcd.stop().await;
}
