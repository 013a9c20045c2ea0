use http::HeaderMap;
use opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, SpanKind, Status, TraceContextExt},
};
use tonic::Code;

use super::{Tracing, propagation};

/// The span of one gRPC call. Clones are the same span.
#[derive(Clone)]
pub(crate) struct CallSpan(Context);

impl Tracing {
    /// Begins the span of a call, as a child of the current one, and tells the server of it.
    pub(crate) fn call(&self, service: &str, method: &str, headers: &mut HeaderMap) -> CallSpan {
        let parent = Context::current();
        let span = SpanBuilder::from_name(format!("{service}/{method}"))
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new("rpc.system", "grpc"),
                KeyValue::new("rpc.service", service.to_owned()),
                KeyValue::new("rpc.method", method.to_owned()),
            ]);
        let context = parent.with_span(self.start(span, &parent));
        propagation::inject(&context, headers);
        CallSpan(context)
    }
}

impl CallSpan {
    /// A message went one way or the other. Positions count from one, each way by itself.
    pub(crate) fn message(&self, direction: &'static str, position: i64, size: usize) {
        let span = self.0.span();
        if span.is_recording() {
            span.add_event(
                "message",
                vec![
                    KeyValue::new("message.type", direction),
                    KeyValue::new("message.id", position),
                    KeyValue::new(
                        "message.uncompressed_size",
                        i64::try_from(size).unwrap_or(i64::MAX),
                    ),
                ],
            );
        }
    }

    pub(crate) fn end(&self, code: Code, message: &str) {
        let span = self.0.span();
        if span.is_recording() {
            span.set_attribute(KeyValue::new(
                "rpc.grpc.status_code",
                i64::from(i32::from(code)),
            ));
            if code != Code::Ok {
                span.set_status(Status::error(message.to_owned()));
            }
        }
        span.end();
    }
}
