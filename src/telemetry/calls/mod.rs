//! What goes over a channel: a layer that counts and traces every gRPC call, each attempt by itself (backend §1.11, §4.7).

mod attempt;
mod body;
mod frames;
mod kind;

pub(crate) use crate::code_name::code_name;

use std::{
    sync::Arc,
    task::{self, Poll},
};

use futures::{FutureExt, future::BoxFuture};
use http::{Request, Response};
use tonic::{Code, Status, body::Body};
use tower::{BoxError, Service};

use super::{
    metrics::{CallCounters, Metrics},
    trace::Tracing,
};

use attempt::Attempt;
use body::{Answer, Asking};

/// Is told the status that a server ends a call with, where a response has it among its extensions. Of calls that nobody
/// ends so, because they are dropped or the connection breaks, it hears nothing.
#[derive(Clone)]
pub(crate) struct Ending(pub(crate) Arc<dyn Fn(Code) + Send + Sync>);

/// A service of gRPC calls whose calls are counted, and traced where somebody collects traces.
#[derive(Clone)]
pub(crate) struct Calls<S> {
    inner: S,
    counters: Arc<CallCounters>,
    tracing: Option<Tracing>,
}

impl<S> Calls<S> {
    pub(crate) fn over(inner: S, metrics: &Metrics, tracing: Option<Tracing>) -> Self {
        Self {
            inner,
            counters: metrics.calls(),
            tracing,
        }
    }
}

impl<S> Service<Request<Body>> for Calls<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (mut head, asked) = request.into_parts();
        let path = head.uri.path();
        let counters = self.counters.of_method(path, kind::of(path));
        let attempt = Attempt::begin(counters, self.tracing.as_ref(), &mut head.headers);
        let asking = Asking::new(asked, attempt.messages());
        let call = self
            .inner
            .call(Request::from_parts(head, Body::new(asking)));
        async move {
            match call.await {
                Ok(response) => Ok(Answer::watch(response, attempt)),
                Err(error) => {
                    // Whoever looks at the error makes the same status of it, with the same source.
                    let status = Status::from_error(error.into());
                    attempt.end(&status);
                    Err(status.into())
                }
            }
        }
        .boxed()
    }
}
