use std::{collections::HashMap, sync::Arc};

use opentelemetry::{
    Context, KeyValue, Value,
    baggage::BaggageExt,
    trace::{SpanId, TraceContextExt, Tracer, TracerProvider as _},
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use storeproof::{
    backend::{Destroy, TransportConfig},
    etcd3,
    telemetry::trace::{AuditId, TracerProvider},
};
use storeproof_fixtures::{etcd::Etcd, objects::Pod};

use crate::bed::{self, gateway::Gateway};

/// A store behind a gateway, and who collects its spans.
pub(crate) struct Traced {
    etcd: Etcd,
    pub(crate) gateway: Gateway,
    spans: InMemorySpanExporter,
    provider: SdkTracerProvider,
    pub(crate) store: Arc<etcd3::Store<Pod>>,
    end: Destroy,
}

impl Traced {
    pub(crate) async fn begin(collected: bool, refusal: Option<(&'static str, u32)>) -> Self {
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
    pub(crate) fn caller(&self) -> Context {
        let span = self.provider.tracer("test").start("caller");
        Context::new()
            .with_span(span)
            .with_value(AuditId("audit-1".to_owned()))
            .with_baggage([KeyValue::new("user", "me")])
    }

    /// The spans that ended, by their names.
    pub(crate) fn take(&self) -> HashMap<String, SpanData> {
        let spans = self.spans.get_finished_spans().expect("it collects");
        self.spans.reset();
        spans
            .into_iter()
            .map(|span| (span.name.to_string(), span))
            .collect()
    }

    pub(crate) async fn stop(self) {
        self.end.call().await;
        self.etcd.stop().await;
    }
}

pub(crate) fn attributes(span: &SpanData) -> Vec<(&str, Value)> {
    span.attributes
        .iter()
        .map(|attribute| (attribute.key.as_str(), attribute.value.clone()))
        .collect()
}

pub(crate) fn events(span: &SpanData) -> Vec<&str> {
    span.events.iter().map(|event| &*event.name).collect()
}

pub(crate) fn id(context: &Context) -> SpanId {
    context.span().span_context().span_id()
}
