use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::{Code, Status, body::Body};

use super::{
    Ending,
    attempt::{Attempt, Messages},
    frames::Frames,
};

/// What is asked, whose messages are counted.
pub(super) struct Asking {
    inner: Body,
    frames: Frames,
    sent: i64,
    messages: Messages,
}

impl Asking {
    pub(super) fn new(inner: Body, messages: Messages) -> Self {
        Self {
            inner,
            frames: Frames::default(),
            sent: 0,
            messages,
        }
    }
}

impl HttpBody for Asking {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            this.frames.read(data, |size| {
                this.sent += 1;
                this.messages.sent(this.sent, size);
            });
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What is answered, whose messages are counted, up to the status at its end.
pub(super) struct Answer {
    inner: Body,
    frames: Frames,
    received: i64,
    attempt: Attempt,
    ending: Option<Ending>,
}

impl Answer {
    /// The same response, watched.
    pub(super) fn watch(response: Response<Body>, mut attempt: Attempt) -> Response<Body> {
        let (mut head, inner) = response.into_parts();
        let ending = head.extensions.remove::<Ending>();
        if let Some(status) = Status::from_header_map(&head.headers) {
            if let Some(Ending(ending)) = ending {
                ending(status.code());
            }
            attempt.end(&status);
            return Response::from_parts(head, inner);
        }
        if inner.is_end_stream() {
            attempt.finish(Code::Unknown, "the server answered without a status");
        }
        let answer = Self {
            inner,
            frames: Frames::default(),
            received: 0,
            attempt,
            ending,
        };
        Response::from_parts(head, Body::new(answer))
    }

    fn ends_with(&mut self, trailers: &HeaderMap) {
        match Status::from_header_map(trailers) {
            Some(status) => {
                if let Some(Ending(ending)) = self.ending.take() {
                    ending(status.code());
                }
                self.attempt.finish(status.code(), status.message());
            }
            None => self
                .attempt
                .finish(Code::Unknown, "the server ended without a status"),
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    this.frames.read(data, |size| {
                        this.received += 1;
                        this.attempt.received(this.received, size);
                    });
                } else if let Some(trailers) = frame.trailers_ref() {
                    this.ends_with(trailers);
                }
            }
            Some(Err(status)) => this.attempt.finish(status.code(), status.message()),
            None => this
                .attempt
                .finish(Code::Unknown, "the server ended without a status"),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
