//! Sizes that etcd and gRPC bound (store §6/70).

mod bed;

use bed::DEADLINE;
use storeproof::{
    etcd3::{self, ErrorKind},
    storage::{Error, GetOptions, ListOptions, SelectionPredicate, Store},
};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, pod};
use tokio::time::timeout;

const MEBIBYTE: usize = 1 << 20;

fn large(name: &str, size: usize) -> Pod {
    pod("ns", name).annotation("large", &"x".repeat(size))
}

#[tokio::test]
async fn a_value_that_is_too_large_is_refused_and_not_written() {
    let etcd = bed::etcd().await;
    let (store, end) = bed::store(etcd.endpoints().first().expect("one member")).await;
    let before = store.current_resource_version().await.expect("it answers");
    for (size, words) in [
        (MEBIBYTE * 8 / 5, "etcdserver: request is too large"),
        (MEBIBYTE * 3, "trying to send message larger than max (3145"),
    ] {
        let refused = store
            .create(&key("ns", "foo"), &large("foo", size), None)
            .await;
        let error = refused.expect_err("it is too large");
        assert!(error.to_string().contains(words), "{error}");
        let Error::Other(source) = &error else {
            panic!("etcd's own error, not {error}");
        };
        let source = source
            .downcast_ref::<etcd3::Error>()
            .expect("etcd's own error");
        assert_eq!(source.kind(), ErrorKind::RequestTooLarge);
    }
    let found = store.get(&key("ns", "foo"), &GetOptions::default()).await;
    assert!(found.expect_err("nothing is there").is_not_found());
    let after = store.current_resource_version().await.expect("it answers");
    assert_eq!(after, before, "nothing was written");
    end.call().await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_list_of_more_than_thirty_two_mebibytes_is_whole() {
    let etcd = bed::etcd().await;
    let (store, end) = bed::store(etcd.endpoints().first().expect("one member")).await;
    for number in 10..44 {
        let name = format!("pod-{number}");
        let created = store
            .create(&key("ns", &name), &large(&name, MEBIBYTE), None)
            .await;
        created.expect("it is stored");
    }
    for limit in [0, 34] {
        let predicate = SelectionPredicate {
            limit,
            ..everything()
        };
        let options = ListOptions {
            predicate,
            ..ListOptions::default()
        };
        let list = timeout(DEADLINE, store.get_list("/pods/", &options)).await;
        let list = list.expect("in time").expect("it is read");
        let names: Vec<&str> = list.items.iter().map(PodExt::name).collect();
        let expected: Vec<String> = (10..44).map(|number| format!("pod-{number}")).collect();
        assert_eq!(names, expected);
        assert_eq!(list.continue_token, "");
    }
    end.call().await;
    etcd.stop().await;
}
