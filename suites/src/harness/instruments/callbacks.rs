use std::{fmt, future::Future};

use async_trait::async_trait;
use futures::{FutureExt, future::BoxFuture};
use storeproof::storage::{
    Error, ResourceVersion, ResponseMeta, Result, TryUpdate, Update, ValidateDeletion,
};
use storeproof_fixtures::objects::Pod;

use crate::harness::{ErrorExpectations, Verdict, expect_eq, expect_that};

/// What a case's own callback fails with. A store has to hand it back as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the caller refuses")]
pub struct Refusal;

impl Refusal {
    /// The refusal as a callback returns it.
    pub fn error() -> Error {
        Error::other(Self)
    }

    /// The operation fails with the very error that the callback returned.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    pub fn expect<T: fmt::Debug>(result: Result<T>) -> Verdict {
        let is_refusal = |error: &Error| match error {
            Error::Other(source) => source.downcast_ref::<Self>().is_some(),
            _ => false,
        };
        result
            .expect_failure("the callback's own error, untouched", is_refusal)
            .map(drop)
    }
}

type Change<'a> = Box<dyn FnMut(Option<Pod>) -> Result<Update<Pod>> + Send + 'a>;

/// An update that remembers what it was called with, and can let somebody else write during its first call.
pub struct RecordedUpdate<'a> {
    change: Change<'a>,
    meanwhile: Option<BoxFuture<'a, Verdict>>,
    inputs: Vec<Option<Pod>>,
    versions: Vec<ResourceVersion>,
}

impl<'a> RecordedUpdate<'a> {
    /// Any update.
    pub fn new(change: impl FnMut(Option<Pod>) -> Result<Update<Pod>> + Send + 'a) -> Self {
        Self {
            change: Box::new(change),
            meanwhile: None,
            inputs: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// Changes the Pod, which is `otherwise` where there is none.
    pub fn changing(otherwise: &Pod, change: impl Fn(Pod) -> Pod + Send + 'a) -> Self {
        let otherwise = otherwise.clone();
        Self::new(move |current| Ok(change(current.unwrap_or_else(|| otherwise.clone())).into()))
    }

    /// Wants this Pod stored, whatever is there.
    pub fn to(wanted: &Pod) -> Self {
        let wanted = wanted.clone();
        Self::new(move |_| Ok(wanted.clone().into()))
    }

    /// Refuses whatever it gets.
    pub fn refusing() -> Self {
        Self::new(|_| Err(Refusal::error()))
    }

    /// The same, and `other` happens during the first call: after the object was read, before it is written.
    #[must_use]
    pub fn meanwhile(mut self, other: impl Future<Output = Verdict> + Send + 'a) -> Self {
        self.meanwhile = Some(other.boxed());
        self
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.inputs.len()
    }

    /// The versions that it was told its inputs have.
    pub fn versions(&self) -> &[ResourceVersion] {
        &self.versions
    }

    /// It was called with exactly these objects, one after another.
    ///
    /// # Errors
    ///
    /// It was called with others.
    pub fn expect_inputs(&self, expected: &[Option<&Pod>]) -> Verdict {
        let inputs: Vec<_> = self.inputs.iter().map(Option::as_ref).collect();
        expect_eq(
            "what the update was called with",
            inputs.as_slice(),
            expected,
        )
    }

    /// Its last input was this object, after at most one call on a suggestion.
    ///
    /// # Errors
    ///
    /// It was called too often, never, or with something else.
    pub fn expect_settled_on(&self, pod: &Pod) -> Verdict {
        expect_that(
            (1..=2).contains(&self.calls()),
            "the update is called once, and at most once before on a suggestion",
            format!("it was called {} times", self.calls()),
        )?;
        let last = self.inputs.last().and_then(Option::as_ref);
        expect_eq("the last input of the update", last, Some(pod))
    }
}

#[async_trait]
impl TryUpdate<Pod> for RecordedUpdate<'_> {
    async fn try_update(
        &mut self,
        current: Option<Pod>,
        meta: ResponseMeta,
    ) -> Result<Update<Pod>> {
        self.inputs.push(current.clone());
        self.versions.push(meta.resource_version);
        happen(self.meanwhile.take()).await?;
        (self.change)(current)
    }
}

type Judge<'a> = Box<dyn FnMut(Option<&Pod>) -> Result<()> + Send + 'a>;

/// A validation that remembers what it was called with, and can let somebody else write during its first call.
pub struct RecordedValidation<'a> {
    judge: Judge<'a>,
    meanwhile: Option<BoxFuture<'a, Verdict>>,
    seen: Vec<Option<Pod>>,
}

impl<'a> RecordedValidation<'a> {
    /// Any validation.
    pub fn new(judge: impl FnMut(Option<&Pod>) -> Result<()> + Send + 'a) -> Self {
        Self {
            judge: Box::new(judge),
            meanwhile: None,
            seen: Vec::new(),
        }
    }

    /// Accepts everything.
    pub fn accepting() -> Self {
        Self::new(|_| Ok(()))
    }

    /// Refuses everything.
    pub fn refusing() -> Self {
        Self::new(|_| Err(Refusal::error()))
    }

    /// Refuses whatever does not satisfy the condition.
    pub fn only(condition: impl Fn(&Pod) -> bool + Send + 'a) -> Self {
        Self::new(move |pod| match pod {
            Some(pod) if condition(pod) => Ok(()),
            _ => Err(Refusal::error()),
        })
    }

    /// The same, and `other` happens during the first call: after the object was read, before it is deleted.
    #[must_use]
    pub fn meanwhile(mut self, other: impl Future<Output = Verdict> + Send + 'a) -> Self {
        self.meanwhile = Some(other.boxed());
        self
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.seen.len()
    }

    /// It was asked about exactly these objects, one after another.
    ///
    /// # Errors
    ///
    /// It was asked about others.
    pub fn expect_asked(&self, expected: &[Option<&Pod>]) -> Verdict {
        let seen: Vec<_> = self.seen.iter().map(Option::as_ref).collect();
        expect_eq(
            "what the validation was asked about",
            seen.as_slice(),
            expected,
        )
    }

    /// The last object that it was asked about is this one, after at most one call on a suggestion.
    ///
    /// # Errors
    ///
    /// It was asked too often, never, or about something else.
    pub fn expect_settled_on(&self, pod: &Pod) -> Verdict {
        expect_that(
            (1..=2).contains(&self.calls()),
            "the validation is asked once, and at most once before about a suggestion",
            format!("it was asked {} times", self.calls()),
        )?;
        let last = self.seen.last().and_then(Option::as_ref);
        expect_eq("what the validation was asked about last", last, Some(pod))
    }
}

#[async_trait]
impl ValidateDeletion<Pod> for RecordedValidation<'_> {
    async fn validate(&mut self, object: Option<&Pod>) -> Result<()> {
        self.seen.push(object.cloned());
        happen(self.meanwhile.take()).await?;
        (self.judge)(object)
    }
}

async fn happen(meanwhile: Option<BoxFuture<'_, Verdict>>) -> Result<()> {
    match meanwhile {
        None => Ok(()),
        Some(other) => other.await.map_err(|fault| {
            Error::Plain(format!(
                "somebody else's operation in between failed: {fault:?}"
            ))
        }),
    }
}

impl fmt::Debug for RecordedUpdate<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecordedUpdate")
            .field("inputs", &self.inputs)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RecordedValidation<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecordedValidation")
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}
