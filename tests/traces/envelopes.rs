//! The spans of values behind a key management service: below those of the operations that read and write them.

use std::{sync::Arc, time::Duration};

use opentelemetry::{
    Context,
    context::FutureExt,
    trace::{SpanId, TraceContextExt, Tracer, TracerProvider as _},
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use storeproof::{
    backend::{Config, GroupResource, TransportConfig, factory},
    storage::{GetOptions, ListOptions, Store},
    telemetry::trace::TracerProvider,
    value::{
        self, Transformer,
        kms::v2::{KmsV2, Provider, Remote},
    },
};
use storeproof_fixtures::{
    kms::Plugin,
    objects::{everything, key, pod},
};

use crate::{
    bed,
    traced::{attributes, events, id},
};

const PATIENCE: Duration = Duration::from_secs(60);
const READ: &str = "TransformFromStorage with envelopeTransformer";
const WRITE: &str = "TransformToStorage with envelopeTransformer";

/// Who collects spans, and of which caller.
struct Collected {
    spans: InMemorySpanExporter,
    provider: SdkTracerProvider,
}

impl Collected {
    fn begin() -> Self {
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(spans.clone())
            .build();
        Self { spans, provider }
    }

    fn provider(&self) -> TracerProvider {
        TracerProvider::new(self.provider.clone())
    }

    fn caller(&self) -> Context {
        let span = self.provider.tracer("test").start("caller");
        Context::new().with_span(span)
    }

    /// The spans that ended, in this order.
    fn take(&self) -> Vec<SpanData> {
        let spans = self.spans.get_finished_spans().expect("it collects");
        self.spans.reset();
        spans
    }

    /// A transformer whose plugin was found well, traced.
    async fn transformer(&self, plugin: &Plugin) -> Arc<dyn Transformer> {
        let remote = Remote::new(&plugin.endpoint(), PATIENCE);
        let provider = Provider::new("vault", Arc::new(remote));
        let provider = provider.traced_by(self.provider().envelope());
        provider.check().await.expect("it is well");
        Arc::new(KmsV2::new(provider.into()))
    }
}

fn named<'a>(spans: &'a [SpanData], name: &str) -> Vec<&'a SpanData> {
    spans.iter().filter(|span| span.name == name).collect()
}

fn ids(spans: &[&SpanData]) -> Vec<SpanId> {
    spans
        .iter()
        .map(|span| span.span_context.span_id())
        .collect()
}

#[tokio::test]
async fn a_value_is_told_as_a_child_of_its_operation() {
    let (collected, plugin) = (Collected::begin(), Plugin::started().expect("it listens"));
    let etcd = bed::etcd().await;
    let url = format!("http://{}", bed::address(&etcd));
    let config = Config {
        transport: TransportConfig {
            tracer_provider: Some(collected.provider()),
            ..TransportConfig::of([&url])
        },
        transformer: Some(collected.transformer(&plugin).await),
        ..bed::config(&url)
    };
    let pods = config.for_resource(GroupResource::core("pods"));
    let (store, end) = factory::create(pods, "/pods/").await.expect("it answers");
    let caller = collected.caller();
    collected.take();

    let at = key("ns", "foo");
    let foo = pod("ns", "foo");
    let creation = store.create(&at, &foo, None).with_context(caller.clone());
    let created = creation.await.expect("it is stored");
    let spans = collected.take();
    let (creations, writes) = (named(&spans, "Create etcd3"), named(&spans, WRITE));
    let [write] = writes[..] else {
        panic!("one value was written: {writes:?}")
    };
    assert_eq!([write.parent_span_id], *ids(&creations));
    assert_eq!(
        attributes(write),
        [("transformer.provider.name", "vault".into())]
    );
    let steps = [
        "About to encrypt data using DEK",
        "Data encryption succeeded",
        "About to encode encrypted object",
        "Encoded encrypted object",
    ];
    assert_eq!(events(write), steps);

    let options = GetOptions::default();
    let get = store.get(&at, &options).with_context(caller.clone());
    assert_eq!(get.await.expect("it is read"), Some(created));
    let spans = collected.take();
    let (gets, reads) = (named(&spans, "Get etcd3"), named(&spans, READ));
    assert_eq!(gets[0].parent_span_id, id(&caller));
    assert_eq!([reads[0].parent_span_id], *ids(&gets));

    // Nobody looks at an operation that nobody has asked to.
    store.get(&at, &options).await.expect("it is read");
    assert_eq!(named(&collected.take(), READ).len(), 0);

    // So many that they are read on several threads.
    for number in 1..200 {
        let name = format!("foo-{number}");
        let (at, pod) = (key("ns", &name), pod("ns", &name));
        let created = store.create(&at, &pod, None).await;
        created.expect("it is stored");
    }
    let options = ListOptions {
        predicate: everything(),
        ..ListOptions::default()
    };
    let list = store.get_list("/pods/", &options).with_context(caller);
    let items = list.await.map(|list| list.items.len());
    assert_eq!(items.ok(), Some(200));
    let spans = collected.take();
    let (lists, reads) = (
        named(&spans, "List(recursive=true) etcd3"),
        named(&spans, READ),
    );
    assert_eq!((lists.len(), reads.len()), (1, 200));
    let parents: Vec<SpanId> = reads.iter().map(|read| read.parent_span_id).collect();
    assert_eq!(parents, ids(&lists).repeat(200));
    end.call().await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_failure_is_an_exception_too() {
    let (collected, plugin) = (Collected::begin(), Plugin::started().expect("it listens"));
    let transformer = collected.transformer(&plugin).await;
    let caller = collected.caller();
    let read = async {
        let at = value::Context::of_key("/a");
        transformer.from_storage(value::Data::new(), at).await
    };
    let read = read.with_context(caller.clone()).await;
    read.expect_err("no object");
    let spans = collected.take();
    assert_eq!(spans.len(), 1, "the caller's has not ended");
    assert_eq!(spans[0].parent_span_id, id(&caller));
    let steps = [
        "About to decode encrypted object",
        "Decoding encrypted object failed",
        "exception",
    ];
    assert_eq!(events(&spans[0]), steps);
    let told = &spans[0].events[2].attributes;
    assert!(
        told.iter()
            .any(|told| told.key.as_str() == "exception.message"
                && told.value == "encrypted data is empty".into()),
        "{told:?}"
    );
}
