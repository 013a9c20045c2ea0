use std::{fmt, sync::Arc};

use opentelemetry::{
    InstrumentationScope,
    global::{BoxedSpan, BoxedTracer, ObjectSafeTracerProvider},
    trace::{self, SpanBuilder, Tracer},
};

/// Who collects spans: any provider of the `opentelemetry` interface, such as that of `opentelemetry_sdk`.
#[derive(Clone)]
pub struct TracerProvider(Arc<dyn ObjectSafeTracerProvider + Send + Sync>);

impl TracerProvider {
    /// This one.
    pub fn new<P, T, S>(provider: P) -> Self
    where
        P: trace::TracerProvider<Tracer = T> + Send + Sync + 'static,
        T: Tracer<Span = S> + Send + Sync + 'static,
        S: trace::Span + Send + Sync + 'static,
    {
        Self(Arc::new(provider))
    }

    /// Whether both are clones of the same one.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for TracerProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TracerProvider")
    }
}

/// The audit ID of the request that an operation belongs to. Spans show the one in their
/// [`Context`](opentelemetry::Context).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditId(pub String);

/// Makes the spans of a store and its calls.
#[derive(Clone, Debug)]
pub(crate) struct Tracing(Arc<BoxedTracer>);

impl Tracing {
    pub(crate) fn of(provider: &TracerProvider) -> Self {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        Self(Arc::new(BoxedTracer::new(provider.0.boxed_tracer(scope))))
    }

    pub(super) fn start(&self, span: SpanBuilder, parent: &opentelemetry::Context) -> BoxedSpan {
        self.0.build_with_context(span, parent)
    }
}
