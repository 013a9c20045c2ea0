//! The tool that compacts: what is compacted already is no error, what lies in the future is.

mod bed;

use storeproof::{
    etcd3::{self, ErrorKind},
    storage::{Error, ResourceVersion, Store},
};
use storeproof_fixtures::objects::{key, pod};

#[tokio::test]
async fn what_is_compacted_may_be_compacted_again_and_the_future_may_not() {
    let etcd = bed::etcd().await;
    let (store, end) = bed::store(etcd.endpoints().first().expect("one member")).await;
    for name in ["a", "b", "c"] {
        let created = store.create(&key("ns", name), &pod("ns", name), None).await;
        created.expect("it is stored");
    }
    let now = store.current_resource_version().await.expect("it answers");
    let earlier = ResourceVersion::new(now.get() - 1);
    for at in [now, now, earlier] {
        store.compact(at).await.expect("it is compacted");
        assert_eq!(store.compact_revision(), now);
    }
    let future = ResourceVersion::new(now.get() + 1000);
    let error = store.compact(future).await.expect_err("not there yet");
    let Error::Other(source) = &error else {
        panic!("etcd's own error, not {error}");
    };
    let source = source
        .downcast_ref::<etcd3::Error>()
        .expect("etcd's own error");
    assert_eq!(source.kind(), ErrorKind::FutureRevision);
    assert_eq!(store.compact_revision(), now);
    end.call().await;
    etcd.stop().await;
}
