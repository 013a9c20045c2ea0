//! The spans of operations: below their callers', with those of their calls below them.

use opentelemetry::{Value, context::FutureExt, trace::SpanKind};
use storeproof::storage::{GetOptions, ListOptions, Store, UpdateOptions, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, pod};

use crate::traced::{Traced, attributes, events, id};

/// What the spans of a write say about it.
fn place(at: &str) -> [(&'static str, Value); 5] {
    [
        ("audit-id", "audit-1".into()),
        ("key", at.to_owned().into()),
        ("type", std::any::type_name::<Pod>().into()),
        ("group", "".into()),
        ("resource", "pods".into()),
    ]
}

#[tokio::test]
async fn a_creation_tells_its_steps() {
    let traced = Traced::begin(true, None).await;
    let caller = traced.caller();
    let at = key("ns", "foo");
    let foo = pod("ns", "foo");
    let creation = traced.store.create(&at, &foo, None);
    creation
        .with_context(caller.clone())
        .await
        .expect("it is stored");
    let spans = traced.take();
    let span = &spans["Create etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    assert_eq!(attributes(span), place(&at));
    let steps = [
        "About to Encode",
        "Encode succeeded",
        "TransformToStorage succeeded",
        "Txn call succeeded",
        "Decode succeeded",
    ];
    assert_eq!(events(span), steps);
    let call = &spans["etcdserverpb.KV/Txn"];
    assert_eq!(call.parent_span_id, span.span_context.span_id());
    assert_eq!(call.span_kind, SpanKind::Client);

    let full = traced.store.keys().prepare(&at, false).expect("a key");
    let stored = traced.store.raw_get(&full).await.expect("it answers");
    let (stored, _) = stored.expect("it is there");
    let length = Value::I64(i64::try_from(stored.len()).expect("short"));
    for step in ["Encode succeeded", "Decode succeeded"] {
        let told = span.events.iter().find(|event| event.name == step);
        let told = told
            .and_then(|event| event.attributes.first())
            .expect("it is told");
        assert_eq!((told.key.as_str(), &told.value), ("len", &length), "{step}");
    }
    traced.stop().await;
}

#[tokio::test]
async fn a_get_tells_its_steps() {
    let traced = Traced::begin(true, None).await;
    let caller = traced.caller();
    let at = key("ns", "foo");
    let created = traced.store.create(&at, &pod("ns", "foo"), None).await;
    let options = GetOptions::default();
    let get = traced.store.get(&at, &options);
    let got = get.with_context(caller.clone()).await.expect("it is read");
    assert_eq!(got, created.ok());
    let spans = traced.take();
    let span = &spans["Get etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    let [audit, key, _, group, resource] = place(&at);
    assert_eq!(attributes(span), [audit, key, group, resource]);
    let steps = [
        "Get call succeeded",
        "TransformFromStorage succeeded",
        "Decode succeeded",
    ];
    assert_eq!(events(span), steps);
    traced.stop().await;
}

#[tokio::test]
async fn an_update_tells_its_steps() {
    let traced = Traced::begin(true, None).await;
    let caller = traced.caller();
    let at = key("ns", "foo");
    let created = traced.store.create(&at, &pod("ns", "foo"), None).await;
    created.expect("it is stored");
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
    assert_eq!(attributes(span), place(&at));
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
    traced.stop().await;
}

#[tokio::test]
async fn a_list_tells_what_was_asked_for() {
    let traced = Traced::begin(true, None).await;
    let caller = traced.caller();
    let created = traced
        .store
        .create(&key("ns", "foo"), &pod("ns", "foo"), None)
        .await;
    created.expect("it is stored");
    traced.take();
    let options = ListOptions {
        predicate: everything(),
        ..ListOptions::default()
    };
    let list = traced.store.get_list("/pods/", &options);
    let list = list
        .with_context(caller.clone())
        .await
        .map(|list| list.items.len());
    assert_eq!(list.ok(), Some(1));
    let spans = traced.take();
    let span = &spans["List(recursive=true) etcd3"];
    assert_eq!(span.parent_span_id, id(&caller));
    let options = [
        ("audit-id", "audit-1".into()),
        ("key", "/pods/".into()),
        ("resourceVersion", "".into()),
        ("resourceVersionMatch", "".into()),
        ("limit", Value::I64(0)),
        ("continue", "".into()),
    ];
    assert_eq!(attributes(span), options);
    let call = &spans["etcdserverpb.KV/Range"];
    assert_eq!(call.parent_span_id, span.span_context.span_id());
    traced.stop().await;
}
