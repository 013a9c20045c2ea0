//! The spans of calls, and what etcd is told of them.

use std::collections::HashMap;

use opentelemetry::{
    KeyValue, Value,
    context::FutureExt,
    trace::{SpanId, Status, TraceContextExt},
};
use storeproof::storage::{GetOptions, Store, WatchOptions};
use storeproof_fixtures::objects::{everything, key, pod};
use tokio::time::timeout;

use crate::{
    bed,
    traced::{Traced, attributes, events},
};

const RANGE: &str = "/etcdserverpb.KV/Range";
const TXN: &str = "/etcdserverpb.KV/Txn";
const WATCH: &str = "/etcdserverpb.Watch/Watch";
const UNAVAILABLE: u32 = 14;

#[tokio::test]
async fn a_call_tells_etcd_of_its_span_and_what_its_messages_were() {
    let traced = Traced::begin(true, None).await;
    let caller = traced.caller();
    let at = key("ns", "foo");
    let created = traced
        .store
        .create(&at, &pod("ns", "foo"), None)
        .with_context(caller.clone())
        .await;
    created.expect("it is stored");
    let call = traced
        .take()
        .remove("etcdserverpb.KV/Txn")
        .expect("it was called");
    let status = [
        ("rpc.system", "grpc".into()),
        ("rpc.service", "etcdserverpb.KV".into()),
        ("rpc.method", "Txn".into()),
        ("rpc.grpc.status_code", Value::I64(0)),
    ];
    assert_eq!(attributes(&call), status);
    assert_eq!(call.status, Status::Unset);
    assert_eq!(events(&call), ["message", "message"]);
    for (event, direction) in call.events.iter().zip(["SENT", "RECEIVED"]) {
        let told: HashMap<_, _> = event
            .attributes
            .iter()
            .map(|told| (told.key.as_str(), &told.value))
            .collect();
        assert_eq!(told["message.type"], &Value::from(direction));
        assert_eq!(told["message.id"], &Value::I64(1));
        assert!(matches!(told["message.uncompressed_size"], Value::I64(1..)));
    }
    let headers = traced.gateway.last_headers(TXN);
    let span = &call.span_context;
    let parent = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(headers["traceparent"], parent);
    assert_eq!(headers["baggage"], "user=me");
    assert_eq!(span.trace_id(), caller.span().span_context().trace_id());

    let options = WatchOptions {
        predicate: everything(),
        ..WatchOptions::default()
    };
    let watch = traced
        .store
        .watch("/pods/", options)
        .with_context(caller.clone())
        .await;
    let mut watch = watch.expect("it starts");
    timeout(bed::DEADLINE, watch.next())
        .await
        .expect("in time")
        .expect("the object of now");
    traced
        .store
        .create(&key("ns", "bar"), &pod("ns", "bar"), None)
        .await
        .expect("it is stored");
    timeout(bed::DEADLINE, watch.next())
        .await
        .expect("in time")
        .expect("the change");
    let headers = traced.gateway.last_headers(WATCH);
    let trace = caller.span().span_context().trace_id().to_string();
    let told = headers["traceparent"].to_str().expect("plain characters");
    assert!(told.contains(&trace), "{told} of {trace}");
    traced.stop().await;
}

#[tokio::test]
async fn what_fails_is_told_with_its_error() {
    let traced = Traced::begin(true, Some((TXN, UNAVAILABLE))).await;
    let caller = traced.caller();
    let at = key("ns", "foo");
    let created = traced
        .store
        .create(&at, &pod("ns", "foo"), None)
        .with_context(caller.clone())
        .await;
    let error = created.expect_err("it is refused").to_string();
    let spans = traced.take();
    let span = &spans["Create etcd3"];
    assert_eq!(events(span).last(), Some(&"Txn call failed"));
    let told = &span.events.iter().last().expect("it is there").attributes;
    assert_eq!(told, &[KeyValue::new("err", error)]);
    let call = &spans["etcdserverpb.KV/Txn"];
    assert_eq!(call.status, Status::error("not here"));
    assert!(
        attributes(call).contains(&("rpc.grpc.status_code", Value::I64(i64::from(UNAVAILABLE))))
    );

    let full = traced.store.keys().prepare(&at, false).expect("a key");
    traced
        .store
        .raw_put(&full, b"{".to_vec())
        .await
        .expect("it is stored");
    let got = traced
        .store
        .get(&at, &GetOptions::default())
        .with_context(caller)
        .await;
    got.expect_err("it cannot be read");
    let spans = traced.take();
    let told = events(&spans["Get etcd3"]);
    assert_eq!(
        told,
        [
            "Get call succeeded",
            "TransformFromStorage succeeded",
            "Decode failed"
        ]
    );
    traced.stop().await;
}

#[tokio::test]
async fn without_a_recorded_caller_only_calls_have_spans() {
    let traced = Traced::begin(true, None).await;
    let got = traced
        .store
        .get(&key("ns", "foo"), &GetOptions::default())
        .await;
    got.expect_err("nothing is there");
    let spans = traced.take();
    assert_eq!(spans.keys().collect::<Vec<_>>(), ["etcdserverpb.KV/Range"]);
    assert_eq!(
        spans["etcdserverpb.KV/Range"].parent_span_id,
        SpanId::INVALID
    );
    traced.stop().await;
}

#[tokio::test]
async fn without_a_provider_nothing_is_traced_and_etcd_is_told_nothing() {
    let traced = Traced::begin(false, None).await;
    let caller = traced.caller();
    let got = traced
        .store
        .get(&key("ns", "foo"), &GetOptions::default())
        .with_context(caller)
        .await;
    got.expect_err("nothing is there");
    let spans = traced.take();
    assert_eq!(
        spans.keys().collect::<Vec<_>>(),
        ["caller"],
        "the caller's own, which has ended"
    );
    let headers = traced.gateway.last_headers(RANGE);
    for header in ["traceparent", "tracestate", "baggage"] {
        assert_eq!(headers.get(header), None, "{header}");
    }
    traced.stop().await;
}
