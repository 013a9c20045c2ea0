//! Servers that answer, though not as etcd does.

mod bed;

use bed::{
    DEADLINE,
    gateway::{Gateway, Refusal},
};
use storeproof::storage::{Event, GetOptions, Store, WatchOptions};
use storeproof_fixtures::{
    etcd::Etcd,
    objects::{everything, key, pod},
};
use tokio::time::timeout;

const STATUS: &str = "/etcdserverpb.Maintenance/Status";
const UNIMPLEMENTED: u32 = 12;
const PERMISSION_DENIED: u32 = 7;

async fn odd(refusal: Option<Refusal>) -> (Etcd, Gateway) {
    let etcd = bed::etcd().await;
    let gateway = Gateway::to(bed::address(&etcd), refusal).await;
    (etcd, gateway)
}

#[tokio::test]
async fn a_server_that_refuses_to_tell_its_status_is_used() {
    for code in [UNIMPLEMENTED, PERMISSION_DENIED] {
        let (etcd, gateway) = odd(Some((STATUS, code))).await;
        let (store, end) = bed::store(&gateway.url()).await;
        let foo = key("ns", "foo");
        let created = store.create(&foo, &pod("ns", "foo"), None).await;
        let found = store.get(&foo, &GetOptions::default()).await;
        assert_eq!(
            found.expect("it is read"),
            Some(created.expect("it is stored"))
        );
        end.call().await;
        etcd.stop().await;
    }
}

#[tokio::test]
async fn a_watch_that_the_server_cancels_without_a_compaction_ends_with_an_error() {
    let (etcd, gateway) = odd(None).await;
    let (store, end) = bed::store(&gateway.url()).await;
    for (reason, told) in [
        ("permission denied", "permission denied"),
        ("", "no reason given"),
    ] {
        // Without the state of now, what it tells comes over the stream that is to be cancelled.
        let now = store.current_resource_version().await;
        let options = WatchOptions {
            resource_version: now.expect("etcd answers").to_string(),
            predicate: everything(),
            ..WatchOptions::default()
        };
        let at = format!("/pods/ns-{}", reason.len());
        let mut watch = store.watch(&at, options).await.expect("it starts");
        let foo = key(&format!("ns-{}", reason.len()), "foo");
        let created = store.create(&foo, &pod("ns", "foo"), None).await;
        let event = timeout(DEADLINE, watch.next()).await.expect("in time");
        assert_eq!(event, Some(Event::Added(created.expect("it is stored"))));

        gateway.cancel_watches(reason);
        let event = timeout(DEADLINE, watch.next()).await.expect("in time");
        let Some(Event::Error(status)) = event else {
            panic!("an error, not {event:?}");
        };
        assert_eq!(status.code, Some(500));
        assert_eq!(status.reason.as_deref(), Some("InternalError"));
        let message = status.message.unwrap_or_default();
        assert_eq!(
            message,
            format!("Internal error occurred: etcd cancelled the watch: {told}")
        );
        let after = timeout(DEADLINE, watch.next()).await.expect("in time");
        assert_eq!(after, None, "nothing follows");
    }
    end.call().await;
    etcd.stop().await;
}
