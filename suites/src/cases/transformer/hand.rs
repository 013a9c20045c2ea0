use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures::FutureExt;
use storeproof::value::{self, Opened};
use tokio::time::timeout;

use super::phrase::{difference, shown};
use crate::harness::{Context, Fault, Keys, Sealing, Verdict, deadline, unexpected};

/// Where a value lies that a case writes.
pub(super) const AT: &str = "/registry/secrets/test-ns/foo";

/// A transformer as a case holds it. What is done with it is noted for the report.
pub(super) struct Hand<'a> {
    context: &'a Context,
    transformer: Arc<dyn Sealing>,
    keys: Keys,
    /// What a property did, which plays many sequences; a case's own notes go to its trace.
    told: Option<Mutex<Vec<String>>>,
}

impl<'a> Hand<'a> {
    /// The transformer with these keys.
    pub(super) async fn with(context: &'a Context, keys: Keys) -> Verdict<Self> {
        let transformer = context.open_transformer(&keys).await?;
        context.trace().note(format!("open with {keys:?}"));
        Ok(Self {
            context,
            transformer,
            keys,
            told: None,
        })
    }

    /// The transformer with the first key.
    pub(super) async fn first(context: &'a Context) -> Verdict<Self> {
        Self::with(context, Keys::of(1)).await
    }

    /// The same for one sequence of a property.
    pub(super) async fn of_sequence(context: &'a Context, keys: Keys) -> Verdict<Self> {
        let transformer = context.open_transformer(&keys).await?;
        let told = Some(Mutex::new(vec![format!("open with {keys:?}")]));
        Ok(Self {
            context,
            transformer,
            keys,
            told,
        })
    }

    /// The transformer itself.
    pub(super) fn transformer(&self) -> Arc<dyn Sealing> {
        Arc::clone(&self.transformer)
    }

    /// Opens it again with other keys, as a new configuration would.
    pub(super) async fn reopen(&mut self, keys: Keys) -> Verdict {
        self.transformer = self.context.open_transformer(&keys).await?;
        self.note(format!("open with {keys:?}"));
        self.keys = keys;
        Ok(())
    }

    /// Notes in passing.
    pub(super) fn note(&self, what: impl Into<String>) {
        match &self.told {
            Some(told) => told
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(what.into()),
            None => self.context.trace().note(what),
        }
    }

    /// What a sequence did so far.
    pub(super) fn told(self) -> Vec<String> {
        let told = self.told.unwrap_or_default();
        told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is stored for a value. It must be written.
    pub(super) async fn write(&self, at: &str, plain: &[u8]) -> Verdict<Bytes> {
        let stored = self.write_silently(at, plain).await?;
        let (value, length) = (shown(plain), stored.len());
        self.note(format!("write {value} at {at} → {length} bytes"));
        Ok(stored)
    }

    /// The same without a note: one of many.
    pub(super) async fn write_silently(&self, at: &str, plain: &[u8]) -> Verdict<Bytes> {
        let mut stored = Vec::new();
        let context = value::Context::of_key(at);
        let expected = || format!("{} is written at {at} with {:?}", shown(plain), self.keys);
        let write = async {
            let written = self.transformer.to_storage(plain, context, &mut stored);
            written.await
        };
        match ended(write, &expected).await? {
            Ok(()) => Ok(stored.into()),
            Err(error) => Err(unexpected(expected(), format!("it fails: {error}"))),
        }
    }

    /// What the transformer makes of stored bytes: no panic, and an answer in time.
    pub(super) async fn read(
        &self,
        at: &str,
        stored: impl Into<value::Data>,
    ) -> Verdict<Result<Opened, value::Error>> {
        let stored = stored.into();
        let length = stored.len();
        let expected =
            || format!("reading {length} stored bytes at {at} ends with a value or an error");
        let context = value::Context::of_key(at);
        let read = async { self.transformer.from_storage(stored, context).await };
        ended(read, &expected).await
    }

    /// The stored bytes are this value; returns whether it is stale.
    pub(super) async fn expect_value(
        &self,
        at: &str,
        stored: &Bytes,
        plain: &[u8],
    ) -> Verdict<bool> {
        let observed = match self.read(at, stored.clone()).await? {
            Ok(opened) if opened.plain == plain => return Ok(opened.stale),
            Ok(opened) => format!("it is read as {}", difference(plain, &opened.plain)),
            Err(error) => format!("it cannot be read: {error}"),
        };
        Err(unexpected(
            format!(
                "what was written at {at} is read there with {:?}: {}",
                self.keys,
                shown(plain)
            ),
            observed,
        ))
    }

    /// The stored bytes are this value, as fresh or as stale as said.
    pub(super) async fn expect_stale(
        &self,
        at: &str,
        stored: &Bytes,
        plain: &[u8],
        stale: bool,
    ) -> Verdict {
        let observed = self.expect_value(at, stored, plain).await?;
        if observed == stale {
            return Ok(());
        }
        let name = |stale| if stale { "stale" } else { "not stale" };
        Err(unexpected(
            format!("read with {:?}, it is {}", self.keys, name(stale)),
            format!("it is {}", name(observed)),
        ))
    }

    /// The stored bytes are refused; `what` says what is wrong with them.
    pub(super) async fn expect_refused(
        &self,
        at: &str,
        stored: impl Into<value::Data>,
        what: impl FnOnce() -> String,
    ) -> Verdict<value::Error> {
        match self.read(at, stored).await? {
            Err(error) => Ok(error),
            Ok(opened) => Err(unexpected(
                format!("read at {at} with {:?}, {} is refused", self.keys, what()),
                format!("it is read: {}", shown(&opened.plain)),
            )),
        }
    }

    /// The stored bytes, which were made of those of this value, are not taken for sound: they are refused, or read as they
    /// were and called stale. What stands beside a value, such as the name of the key, may be protected no better (backend
    /// §7.13.4).
    pub(super) async fn expect_noticed(
        &self,
        at: &str,
        stored: impl Into<value::Data>,
        plain: &[u8],
        what: impl FnOnce() -> String,
    ) -> Verdict {
        match self.read(at, stored).await? {
            Err(_) => Ok(()),
            Ok(opened) if opened.stale && opened.plain == plain => Ok(()),
            Ok(opened) => Err(unexpected(
                format!("read at {at} with {:?}, {} is refused", self.keys, what()),
                format!("it is read: {}", shown(&opened.plain)),
            )),
        }
    }
}

/// Whatever it comes to: without a panic, and in time.
async fn ended<T>(work: impl Future<Output = T>, expected: &impl Fn() -> String) -> Verdict<T> {
    let observed = match timeout(deadline::EVENT, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => return Ok(outcome),
        Ok(Err(_)) => "it panics".to_owned(),
        Err(_) => format!("no answer for {:?}", deadline::EVENT),
    };
    Err(Fault::failed(expected(), observed))
}
