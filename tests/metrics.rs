//! What a store counts (backend §4), read back from the text that it is exposed in.

mod bed;

use std::time::Duration;

use bed::{DEADLINE, exposition::Page, gateway::Gateway};
use storeproof::{
    backend::TransportConfig,
    storage::{
        AcceptAll, DeleteOptions, Event, GetOptions, ListOptions, Store, UpdateOptions,
        WatchOptions, update_with,
    },
    telemetry::metrics::{Metrics, Registry},
};
use storeproof_fixtures::objects::{Pod, PodExt, everything, fields, key, pod};
use tokio::time::timeout;

const RANGE: &str = "/etcdserverpb.KV/Range";
const UNAVAILABLE: u32 = 14;

/// A way to a server, counted apart from everything else in this process.
fn counted(url: &str) -> TransportConfig {
    TransportConfig {
        metrics: Metrics::register(&Registry::new()).expect("a new registry"),
        ..TransportConfig::of([url])
    }
}

fn of_pods(family: &str, labels: &str) -> String {
    format!("{family}{{group=\"\",{labels}resource=\"pods\"}}")
}

fn of_lists(family: &str) -> String {
    let index = match family {
        "total" | "fetched_objects_total" => "index=\"\",",
        _ => "",
    };
    format!(
        "apiserver_storage_list_{family}{{group=\"\",{index}resource=\"pods\",storage=\"etcd\"}}"
    )
}

fn of_calls(family: &str, code: &str, kind: &str, path: &str) -> String {
    let (service, method) = path.split_once('/').expect("a service and a method");
    format!(
        "grpc_client_{family}{{{code}grpc_method=\"{method}\",grpc_service=\"{service}\",grpc_type=\"{kind}\"}}"
    )
}

/// What the numbers of the test are made of.
async fn work(store: &storeproof::etcd3::Store<Pod>) {
    for (name, fine) in [("a", true), ("b", true), ("c", true), ("a", false)] {
        let created = store.create(&key("ns", name), &pod("ns", name), None).await;
        assert_eq!(created.is_ok(), fine, "{name}");
    }
    for (name, fine) in [("a", true), ("missing", false)] {
        let got = store.get(&key("ns", name), &GetOptions::default()).await;
        assert_eq!(got.is_ok(), fine, "{name}");
    }
    let mut phase = update_with(|current: Option<Pod>, _| {
        Ok(current.expect("it is there").phase("Running").into())
    });
    let updated = store
        .guaranteed_update(&key("ns", "a"), UpdateOptions::default(), &mut phase)
        .await;
    updated.expect("it is updated");
    let deleted = store
        .delete(&key("ns", "b"), DeleteOptions::default(), &mut AcceptAll)
        .await;
    deleted.expect("it is deleted");

    let list = async |key: &str, options: ListOptions<Pod>| {
        store
            .get_list(key, &options)
            .await
            .map(|list| list.items.len())
            .ok()
    };
    let all = ListOptions {
        predicate: everything(),
        ..ListOptions::default()
    };
    assert_eq!(list("/pods/", all.clone()).await, Some(2));
    let mut second = fields("metadata.name=c");
    second.limit = 1;
    let paged = ListOptions {
        predicate: second,
        ..ListOptions::default()
    };
    assert_eq!(list("/pods/", paged).await, Some(1));
    let single = ListOptions {
        recursive: false,
        ..all.clone()
    };
    assert_eq!(list(&key("ns", "a"), single).await, Some(1));
    let senseless = ListOptions {
        resource_version: "x".to_owned(),
        ..all.clone()
    };
    assert_eq!(list("/pods/", senseless).await, None);
    assert_eq!(store.stats().await.expect("it counts").object_count, 2);

    let broken = store
        .keys()
        .prepare(&key("ns", "broken"), false)
        .expect("a key");
    store
        .raw_put(&broken, b"{".to_vec())
        .await
        .expect("it is stored");
    let got = store
        .get(&key("ns", "broken"), &GetOptions::default())
        .await;
    got.expect_err("it cannot be read");
    assert_eq!(list("/pods/", all).await, None);

    for (name, seconds) in [("d", 3600), ("e", 3610), ("f", 10)] {
        let ttl = Some(Duration::from_secs(seconds));
        let created = store.create(&key("ns", name), &pod("ns", name), ttl).await;
        created.expect("it is stored");
    }
    follow(store).await;
}

/// One change and one notice of progress.
async fn follow(store: &storeproof::etcd3::Store<Pod>) {
    let now = store.current_resource_version().await.expect("it answers");
    let options = WatchOptions {
        resource_version: now.to_string(),
        predicate: everything(),
        progress_notify: true,
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    let created = store.create(&key("ns", "g"), &pod("ns", "g"), None).await;
    let added = timeout(DEADLINE, watch.next()).await.expect("in time");
    assert_eq!(added, Some(Event::Added(created.expect("it is stored"))));
    store
        .request_watch_progress()
        .await
        .expect("it is asked for");
    let bookmark = timeout(DEADLINE, watch.next()).await.expect("in time");
    assert!(matches!(bookmark, Some(Event::Bookmark(_))), "{bookmark:?}");
}

#[tokio::test]
async fn everything_counts_once() {
    let etcd = bed::etcd().await;
    let transport = counted(etcd.endpoints().first().expect("one member"));
    let metrics = transport.metrics.clone();
    let (store, end) = bed::store_over(transport).await;
    work(&store).await;
    end.call().await;
    let text = metrics.text();
    let page = Page::read(&text);
    let is = |sample: &str, expected: f64| {
        assert_eq!(page.value(sample), expected, "{sample} in\n{text}")
    };

    for (operation, times) in [
        ("create", 8.0),
        ("get", 6.0),
        ("update", 1.0),
        ("delete", 1.0),
        ("list", 4.0),
        ("listWithCount", 1.0),
        ("getCurrentResourceVersion", 1.0),
    ] {
        let operation = format!("operation=\"{operation}\",");
        is(&of_pods("etcd_requests_total", &operation), times);
        is(
            &of_pods("etcd_request_duration_seconds_count", &operation),
            times,
        );
        let took = page.value(&of_pods("etcd_request_duration_seconds_sum", &operation));
        assert!(took > 0.0, "{operation} took a while");
        assert_eq!(
            page.find(&of_pods("etcd_request_errors_total", &operation)),
            None
        );
    }
    is(&of_lists("total"), 4.0);
    is(&of_lists("fetched_objects_total"), 8.0);
    is(&of_lists("evaluated_objects_total"), 7.0);
    is(&of_lists("returned_objects_total"), 6.0);
    is(
        "apiserver_storage_list_duration_seconds_count{group=\"\",resource=\"pods\",streamed=\"false\"}",
        4.0,
    );
    is(&of_pods("apiserver_storage_decode_errors_total", ""), 2.0);
    is(&of_pods("apiserver_storage_events_received_total", ""), 1.0);
    is(&of_pods("etcd_bookmark_total", ""), 1.0);
    is(&of_pods("etcd_bookmark_counts", ""), 1.0);
    // Two objects shared the first lease; the second one is in use.
    is("etcd_lease_object_counts_count", 1.0);
    is("etcd_lease_object_counts_sum", 2.0);

    for (method, calls) in [
        ("etcdserverpb.KV/Range", 12.0),
        ("etcdserverpb.KV/Txn", 10.0),
        ("etcdserverpb.KV/Put", 1.0),
        ("etcdserverpb.Lease/LeaseGrant", 2.0),
        ("etcdserverpb.Maintenance/Status", 1.0),
    ] {
        for family in ["started_total", "msg_sent_total", "msg_received_total"] {
            is(&of_calls(family, "", "unary", method), calls);
        }
        is(
            &of_calls("handled_total", "grpc_code=\"OK\",", "unary", method),
            calls,
        );
    }
    let watch = "etcdserverpb.Watch/Watch";
    for (family, code, count) in [
        ("started_total", "", 1.0),
        // To watch, and for progress.
        ("msg_sent_total", "", 2.0),
        // That it watches, a change, and progress.
        ("msg_received_total", "", 3.0),
        ("handled_total", "grpc_code=\"Canceled\",", 1.0),
    ] {
        is(&of_calls(family, code, "bidi_stream", watch), count);
    }
    etcd.stop().await;
}

#[tokio::test]
async fn a_request_that_takes_many_attempts_counts_once_and_each_attempt_by_itself() {
    let etcd = bed::etcd().await;
    let gateway = Gateway::to(bed::address(&etcd), Some((RANGE, UNAVAILABLE))).await;
    let transport = counted(&gateway.url());
    let metrics = transport.metrics.clone();
    let (store, end) = bed::store_over(transport).await;
    let got = store.get(&key("ns", "foo"), &GetOptions::default()).await;
    got.expect_err("it is refused");
    end.call().await;
    let page = Page::read(&metrics.text());
    let get = "operation=\"get\",";
    for family in [
        "etcd_requests_total",
        "etcd_request_errors_total",
        "etcd_request_duration_seconds_count",
    ] {
        assert_eq!(page.value(&of_pods(family, get)), 1.0, "{family}");
    }
    let of_range =
        |family, code| page.value(&of_calls(family, code, "unary", "etcdserverpb.KV/Range"));
    let attempts = of_range("started_total", "");
    assert!(attempts > 1.0, "it is tried again");
    assert_eq!(
        of_range("handled_total", "grpc_code=\"Unavailable\","),
        attempts
    );
    assert_eq!(of_range("handled_total", "grpc_code=\"OK\","), 0.0);
    assert_eq!(of_range("msg_received_total", ""), 0.0);
    etcd.stop().await;
}
