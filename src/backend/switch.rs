//! Another member, where the one in use says that it cannot serve.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use tonic::{
    Code,
    body::Body,
    transport::{Channel, Error, channel::ResponseFuture},
};
use tower::Service;

use crate::telemetry::Ending;

use super::connector::Connector;

/// What a member says that knows no leader, or got no majority in the time that it takes for itself: no call of ours has a
/// time of its own that could have passed.
const CANNOT_SERVE: [Code; 2] = [Code::Unavailable, Code::DeadlineExceeded];

/// A channel to one of several servers, until that one says that it cannot serve: then the next call goes to the next one
/// (backend §1.7). A member that is cut off from the others would keep its clients for ever, for their connection is sound.
///
/// What is under way stays where it is: nothing is cut off, and nothing is sent twice. The old connection goes with the last
/// of it.
pub(super) struct Switch {
    shared: Arc<Shared>,
    /// The channel that is ready for the next call.
    ready: Option<(u64, Channel)>,
}

struct Shared {
    connector: Connector,
    make: Box<dyn Fn() -> Channel + Send + Sync>,
    used: Mutex<Used>,
}

struct Used {
    channel: Channel,
    /// How many there were before it.
    number: u64,
}

impl Switch {
    /// Over channels that the connector connects, each made anew.
    pub(super) fn over(
        connector: Connector,
        make: impl Fn() -> Channel + Send + Sync + 'static,
    ) -> Self {
        let used = Mutex::new(Used {
            channel: make(),
            number: 0,
        });
        Self {
            shared: Arc::new(Shared {
                connector,
                make: Box::new(make),
                used,
            }),
            ready: None,
        }
    }
}

impl Shared {
    /// Goes on to another server, once for all who were told the same.
    fn leave(&self, number: u64) {
        let mut used = self.used();
        if used.number != number {
            return;
        }
        tracing::debug!("the server cannot serve: the next call goes to another one");
        self.connector.pass_over(self.connector.turn());
        *used = Used {
            channel: (self.make)(),
            number: number.wrapping_add(1),
        };
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clone is ready for nothing yet.
impl Clone for Switch {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            ready: None,
        }
    }
}

impl Service<Request<Body>> for Switch {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Answered;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let shared = &self.shared;
        let (_, channel) = self.ready.get_or_insert_with(|| {
            let used = shared.used();
            (used.number, used.channel.clone())
        });
        channel.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answered {
        let (number, mut channel) = self
            .ready
            .take()
            .expect("a service is called once it is ready");
        Answered {
            answer: channel.call(request),
            shared: Arc::clone(&self.shared),
            number,
        }
    }
}

/// An answer, whose end is listened to.
pub(super) struct Answered {
    answer: ResponseFuture,
    shared: Arc<Shared>,
    number: u64,
}

impl Future for Answered {
    type Output = Result<Response<Body>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = ready!(Pin::new(&mut self.answer).poll(context));
        if let Ok(answer) = &mut answer {
            let (shared, number) = (Arc::clone(&self.shared), self.number);
            let ending = move |code| {
                if CANNOT_SERVE.contains(&code) {
                    shared.leave(number);
                }
            };
            answer.extensions_mut().insert(Ending(Arc::new(ending)));
        }
        Poll::Ready(answer)
    }
}
