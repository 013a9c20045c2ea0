use std::sync::Arc;

use http::HeaderMap;
use tonic::{Code, Status};

use crate::telemetry::{
    metrics::MethodCounters,
    trace::{CallSpan, Tracing},
};

use super::code_name;

/// One call under way. One that is dropped was cancelled.
pub(super) struct Attempt {
    messages: Messages,
    ended: bool,
}

/// What goes to and fro in a call.
#[derive(Clone)]
pub(super) struct Messages {
    counters: Arc<MethodCounters>,
    span: Option<CallSpan>,
}

impl Attempt {
    /// Counts the call, begins its span, and tells the server of it.
    pub(super) fn begin(
        counters: Arc<MethodCounters>,
        tracing: Option<&Tracing>,
        headers: &mut HeaderMap,
    ) -> Self {
        counters.started();
        let span =
            tracing.map(|tracing| tracing.call(counters.service(), counters.method(), headers));
        Self {
            messages: Messages { counters, span },
            ended: false,
        }
    }

    pub(super) fn messages(&self) -> Messages {
        self.messages.clone()
    }

    pub(super) fn received(&self, position: i64, size: usize) {
        self.messages.received(position, size);
    }

    pub(super) fn end(mut self, status: &Status) {
        self.finish(status.code(), status.message());
    }

    /// What the call came to; only the first time counts.
    pub(super) fn finish(&mut self, code: Code, message: &str) {
        if !std::mem::replace(&mut self.ended, true) {
            self.messages.counters.handled(code_name(code));
            if let Some(span) = &self.messages.span {
                span.end(code, message);
            }
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.finish(Code::Cancelled, "the call was dropped");
    }
}

impl Messages {
    pub(super) fn sent(&self, position: i64, size: usize) {
        self.counters.sent();
        if let Some(span) = &self.span {
            span.message("SENT", position, size);
        }
    }

    fn received(&self, position: i64, size: usize) {
        self.counters.received();
        if let Some(span) = &self.span {
            span.message("RECEIVED", position, size);
        }
    }
}
