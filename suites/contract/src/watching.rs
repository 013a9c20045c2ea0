//! What cases about watches do most.

use std::time::Duration;

use bytes::Bytes;
use storeproof_wire::{
    etcdserverpb::{LeaseGrantRequest, TxnRequest, WatchCreateRequest, WatchResponse},
    mvccpb::Event,
};
use tokio::time::Instant;

use crate::{
    Context, Fault, Verdict, WatchStream,
    client::Elapsed,
    context::revision,
    expect_eq, expect_that, limits, phrase,
    seen::{Seen, revision_of},
    shape,
};

/// How long Kubernetes waits before it asks for progress again.
const PROGRESS: Duration = Duration::from_millis(100);

/// The number of an answer that belongs to no watch of its own.
pub(crate) const NO_WATCH: i64 = -1;

/// A stream with one watch.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) stream: WatchStream,
    pub(crate) id: i64,
}

impl Watch {
    /// The messages up to the event of `fence`, or of what comes after it. Nothing else may come.
    pub(crate) async fn messages_until(&mut self, fence: i64) -> Verdict<Vec<WatchResponse>> {
        let mut messages = Vec::new();
        loop {
            let message = self.stream.next().await?;
            let events_only = message.watch_id == self.id
                && !message.created
                && !message.canceled
                && !message.events.is_empty();
            expect_that(
                events_only,
                format!("events of watch {} come, and nothing else", self.id),
                format!("there comes: {}", phrase::watched(&message)),
            )?;
            let reached = message.events.last().map_or(0, revision_of) >= fence;
            messages.push(message);
            if reached {
                return Ok(messages);
            }
        }
    }

    /// The events up to that of `fence`.
    pub(crate) async fn events_until(&mut self, fence: i64) -> Verdict<Vec<Event>> {
        let messages = self.messages_until(fence).await?;
        Ok(events_of(messages))
    }
}

/// The events of messages, in their order.
pub(crate) fn events_of(messages: Vec<WatchResponse>) -> Vec<Event> {
    messages
        .into_iter()
        .flat_map(|message| message.events)
        .collect()
}

impl Context {
    /// A watch of one key below the prefix, as Kubernetes asks for it, of what comes from now on.
    pub(crate) fn watch_one(&self, name: &str) -> WatchCreateRequest {
        WatchCreateRequest {
            key: self.key(name),
            prev_kv: true,
            ..WatchCreateRequest::default()
        }
    }

    /// A watch of everything below a name, as [`Context::watch_one`].
    pub(crate) fn watch_all(&self, name: &str) -> WatchCreateRequest {
        let range = self.all(name);
        WatchCreateRequest {
            range_end: range.range_end,
            ..self.watch_one(name)
        }
    }

    /// A watch of everything of the case's, from a revision on.
    pub(crate) fn watch_from(&self, start_revision: i64) -> WatchCreateRequest {
        WatchCreateRequest {
            start_revision,
            ..self.watch_all("")
        }
    }

    /// A stream of watches, as Kubernetes opens it.
    pub(crate) async fn stream(&self) -> Verdict<WatchStream> {
        Ok(self.client().watch(true).await?)
    }

    /// A stream with one watch, which is there when this returns.
    pub(crate) async fn watch(&self, request: WatchCreateRequest) -> Verdict<Watch> {
        let mut stream = self.stream().await?;
        let id = stream.created(request).await?.watch_id;
        Ok(Watch { stream, id })
    }

    /// Events as cases compare them.
    pub(crate) fn seen(&self, events: &[Event]) -> Vec<Seen> {
        let prefix = self.prefix();
        events
            .iter()
            .map(|event| Seen::of(event, &prefix))
            .collect()
    }

    /// Commits a transaction that must succeed, and returns its revision.
    pub(crate) async fn commit(&self, request: TxnRequest) -> Verdict<i64> {
        let answer = self.client().txn(request).await?;
        expect_eq("succeeded", answer.succeeded, true)?;
        revision(answer.header.as_ref())
    }

    /// Grants a lease of that many seconds.
    pub(crate) async fn grant(&self, ttl: i64) -> Verdict<i64> {
        let request = LeaseGrantRequest { ttl, id: 0 };
        Ok(self.client().grant(request).await?.id)
    }

    /// Writes a key as Kubernetes does, whether it is there or not, and returns the revision of the write.
    pub(crate) async fn write(
        &self,
        name: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Verdict<i64> {
        self.put_leased(name, value, 0).await
    }

    /// The same with a lease; 0 is none.
    pub(crate) async fn put_leased(
        &self,
        name: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
        lease: i64,
    ) -> Verdict<i64> {
        let key = self.key(&name);
        let value = Bytes::copy_from_slice(value.as_ref());
        let put = shape::put(&key, value.clone(), lease);
        let mut request = match self.get(&name).await? {
            Some(kv) => shape::update(&key, kv.mod_revision, value),
            None => shape::create(&key, value),
        };
        request.success = vec![put];
        self.commit(request).await
    }

    /// Deletes a key that is there as Kubernetes does, and returns the revision of the deletion.
    pub(crate) async fn erase(&self, name: impl AsRef<[u8]>) -> Verdict<i64> {
        let there = self.get(&name).await?.unwrap_or_default();
        let request = shape::remove(&self.key(&name), there.mod_revision);
        self.commit(request).await
    }
}

impl WatchStream {
    /// Creates a watch. The next message must say so, and nothing more.
    pub(crate) async fn created(&mut self, request: WatchCreateRequest) -> Verdict<WatchResponse> {
        self.create(request).await?;
        let answer = self.next().await?;
        let plain = answer.created && !answer.canceled && answer.events.is_empty();
        expect_that(
            plain,
            "a message says that the watch is created",
            format!("there comes: {}", phrase::watched(&answer)),
        )?;
        Ok(answer)
    }

    /// Asks for a watch that the server must refuse for this reason, and go on with the stream.
    pub(crate) async fn refused(&mut self, request: WatchCreateRequest, reason: &str) -> Verdict {
        self.create(request).await?;
        let answer = self.next().await?;
        let told = (
            answer.created,
            answer.canceled,
            answer.watch_id,
            answer.cancel_reason.as_str(),
        );
        expect_eq(
            "(created, canceled, watch id, reason)",
            told,
            (true, true, NO_WATCH, reason),
        )
    }

    /// Asks for progress, every 100 ms as Kubernetes does, until an answer comes. Returns it and what came before it.
    ///
    /// Where the server is slow, answers to the requests before may follow.
    pub(crate) async fn progress(&mut self) -> Verdict<(WatchResponse, Vec<WatchResponse>)> {
        let until = Instant::now() + limits::EVENT;
        let mut before = Vec::new();
        while Instant::now() < until {
            self.request_progress().await?;
            match self.next_within(PROGRESS).await {
                Ok(Some(Ok(answer))) if answer.events.is_empty() && !answer.created => {
                    return Ok((answer, before));
                }
                Ok(Some(Ok(answer))) => before.push(answer),
                Ok(Some(Err(status))) => return Err(ended(&phrase::status(&status))),
                Ok(None) => return Err(ended("without an error")),
                Err(Elapsed(_)) => {}
            }
        }
        Err(Fault::failed(
            "a request for progress is answered in time",
            "no answer comes",
        ))
    }
}

fn ended(how: &str) -> Fault {
    Fault::failed("the watch goes on", format!("its stream ends: {how}"))
}
