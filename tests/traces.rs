//! What is traced, and what etcd is told of it (backend §1.11).

mod bed;

use std::{collections::HashMap, sync::Arc};

use bed::gateway::Gateway;
use opentelemetry::{
    Context, KeyValue, Value,
    baggage::BaggageExt,
    context::FutureExt,
    trace::{SpanId, SpanKind, Status, TraceContextExt, Tracer, TracerProvider as _},
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use storeproof::{
    backend::{Destroy, TransportConfig},
    etcd3,
    storage::{GetOptions, ListOptions, Store, UpdateOptions, WatchOptions, update_with},
    telemetry::trace::{AuditId, TracerProvider},
};
use storeproof_fixtures::{
    etcd::Etcd,
    objects::{Pod, PodExt, everything, key, pod},
};
use tokio::time::timeout;

const RANGE: &str = "/etcdserverpb.KV/Range";
const TXN: &str = "/etcdserverpb.KV/Txn";
const WATCH: &str = "/etcdserverpb.Watch/Watch";
const UNAVAILABLE: u32 = 14;

/// A store behind a gateway, and who collects its spans.
struct Traced {
    etcd: Etcd,
    gateway: Gateway,
    spans: InMemorySpanExporter,
    provider: SdkTracerProvider,
    store: Arc<etcd3::Store<Pod>>,
    end: Destroy,
}

impl Traced {
    async fn begin(collected: bool, refusal: Option<(&'static str, u32)>) -> Self {
        let etcd = bed::etcd().await;
        let gateway = Gateway::to(bed::address(&etcd), refusal).await;
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(spans.clone())
            .build();
        let (store, end) = bed::store_over(TransportConfig {
            tracer_provider: collected.then(|| TracerProvider::new(provider.clone())),
            ..TransportConfig::of([gateway.url()])
        })
        .await;
        spans.reset();
        Self {
            etcd,
            gateway,
            spans,
            provider,
            store,
            end,
        }
    }

    /// The context of a caller whose own span is recorded.
    fn caller(&self) -> Context {
        let span = self.provider.tracer("test").start("caller");
        Context::new()
            .with_span(span)
            .with_value(AuditId("audit-1".to_owned()))
            .with_baggage([KeyValue::new("user", "me")])
    }

    /// The spans that ended, by their names.
    fn take(&self) -> HashMap<String, SpanData> {
        let spans = self.spans.get_finished_spans().expect("it collects");
        self.spans.reset();
        spans
            .into_iter()
            .map(|span| (span.name.to_string(), span))
            .collect()
    }

    async fn stop(self) {
        self.end.call().await;
        self.etcd.stop().await;
    }
}

fn attributes(span: &SpanData) -> Vec<(&str, Value)> {
    span.attributes
        .iter()
        .map(|attribute| (attribute.key.as_str(), attribute.value.clone()))
        .collect()
}

fn events(span: &SpanData) -> Vec<&str> {
    span.events.iter().map(|event| &*event.name).collect()
}

fn id(context: &Context) -> SpanId {
    context.span().span_context().span_id()
}

#[tokio::test]
async fn operations_have_spans_below_their_callers_and_calls_below_operations() {
    let traced = Traced::begin(true, None).await;
    let caller = traced.caller();
    let at = key("ns", "foo");

    let created = traced
        .store
        .create(&at, &pod("ns", "foo"), None)
        .with_context(caller.clone())
        .await;
    let created = created.expect("it is stored");
    let spans = traced.take();
    let span = &spans["Create etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    let place = [
        ("audit-id", "audit-1".into()),
        ("key", at.clone().into()),
        ("type", std::any::type_name::<Pod>().into()),
        ("group", "".into()),
        ("resource", "pods".into()),
    ];
    assert_eq!(attributes(span), place);
    let steps = [
        "About to Encode",
        "Encode succeeded",
        "TransformToStorage succeeded",
        "Txn call succeeded",
        "Decode succeeded",
    ];
    assert_eq!(events(span), steps);
    let encoded = span
        .events
        .iter()
        .find(|event| event.name == "Encode succeeded");
    let told = &encoded.expect("it is there").attributes;
    assert_eq!(told.first().map(|told| told.key.as_str()), Some("len"));
    let stored = traced.store.keys().prepare(&at, false).expect("a key");
    let (stored, _) = traced
        .store
        .raw_get(&stored)
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(
        told.first().map(|told| told.value.clone()),
        Some(Value::I64(i64::try_from(stored.len()).expect("short")))
    );
    let call = &spans["etcdserverpb.KV/Txn"];
    assert_eq!(call.parent_span_id, span.span_context.span_id());
    assert_eq!(call.span_kind, SpanKind::Client);
    traced.take();

    let got = traced
        .store
        .get(&at, &GetOptions::default())
        .with_context(caller.clone())
        .await;
    assert_eq!(got.expect("it is read"), Some(created));
    let spans = traced.take();
    let span = &spans["Get etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    let [audit, key, _, group, resource] = place.clone();
    assert_eq!(attributes(span), [audit.clone(), key, group, resource]);
    assert_eq!(
        events(span),
        [
            "Get call succeeded",
            "TransformFromStorage succeeded",
            "Decode succeeded"
        ]
    );

    let mut phase = update_with(|current: Option<Pod>, _| {
        Ok(current.expect("it is there").phase("Running").into())
    });
    let update = traced
        .store
        .guaranteed_update(&at, UpdateOptions::default(), &mut phase);
    update
        .with_context(caller.clone())
        .await
        .expect("it is updated");
    let spans = traced.take();
    let span = &spans["GuaranteedUpdate etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    assert_eq!(attributes(span), place);
    let steps = [
        "initial value restored",
        "About to Encode",
        "Encode succeeded",
        "TransformToStorage succeeded",
        "Transaction prepared",
        "Txn call completed",
        "Transaction committed",
        "Decode succeeded",
    ];
    assert_eq!(events(span), steps);

    let options = ListOptions {
        predicate: everything(),
        ..ListOptions::default()
    };
    let list = traced
        .store
        .get_list("/pods/", &options)
        .with_context(caller.clone())
        .await;
    assert_eq!(list.map(|list| list.items.len()).ok(), Some(1));
    let spans = traced.take();
    let span = &spans["List(recursive=true) etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    let options = [
        audit,
        ("key", "/pods/".into()),
        ("resourceVersion", "".into()),
        ("resourceVersionMatch", "".into()),
        ("limit", Value::I64(0)),
        ("continue", "".into()),
    ];
    assert_eq!(attributes(span), options);
    assert_eq!(
        spans["etcdserverpb.KV/Range"].parent_span_id,
        span.span_context.span_id()
    );
    traced.stop().await;
}

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
