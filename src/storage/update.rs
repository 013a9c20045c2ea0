use std::{future::Future, time::Duration};

use async_trait::async_trait;

use super::{Object, ResourceVersion, Result};

/// What the store knows of the object that an update gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResponseMeta {
    /// The version of the object; unset where there is none.
    pub resource_version: ResourceVersion,
    /// Remaining time to live. Stores over etcd do not know it and leave it at zero (store §2.1).
    pub ttl: Duration,
}

/// What an update wants stored.
#[derive(Clone, Debug)]
pub struct Update<T> {
    /// The object. Its resource version and self link are ignored.
    pub object: T,
    /// How long the object lives; `None` means for ever, also where it had a time to live before (store §3.6).
    pub ttl: Option<Duration>,
}

impl<T> From<T> for Update<T> {
    fn from(object: T) -> Self {
        Self { object, ttl: None }
    }
}

/// Makes the new object of the current one. Called again with fresh input whenever the object changed meanwhile.
#[async_trait]
pub trait TryUpdate<T: Object>: Send {
    /// `current` is `None` only where the caller allowed the object to be missing. An error ends the update and is
    /// returned as it is, after at most one more call with the stored object where a suggestion was used.
    async fn try_update(&mut self, current: Option<T>, meta: ResponseMeta) -> Result<Update<T>>;
}

#[async_trait]
impl<T, F> TryUpdate<T> for F
where
    T: Object,
    F: FnMut(Option<T>, ResponseMeta) -> Result<Update<T>> + Send,
{
    async fn try_update(&mut self, current: Option<T>, meta: ResponseMeta) -> Result<Update<T>> {
        self(current, meta)
    }
}

/// Spares the types of a plain closure: `&mut update_with(|current, _| …)`.
pub fn update_with<T, F>(update: F) -> F
where
    T: Object,
    F: FnMut(Option<T>, ResponseMeta) -> Result<Update<T>> + Send,
{
    update
}

/// An update that has to wait for something: a closure that returns a future.
#[derive(Debug)]
pub struct AsyncUpdate<F>(pub F);

#[async_trait]
impl<T, F, Fut> TryUpdate<T> for AsyncUpdate<F>
where
    T: Object,
    F: FnMut(Option<T>, ResponseMeta) -> Fut + Send,
    Fut: Future<Output = Result<Update<T>>> + Send,
{
    async fn try_update(&mut self, current: Option<T>, meta: ResponseMeta) -> Result<Update<T>> {
        (self.0)(current, meta).await
    }
}

/// Has the last word before an object is deleted. Called on exactly the version that is deleted (store §2.1).
#[async_trait]
pub trait ValidateDeletion<T: Object>: Send {
    /// `object` is `None` where an unreadable object is deleted. An error keeps the object and is returned as it is.
    async fn validate(&mut self, object: Option<&T>) -> Result<()>;
}

/// Lets every deletion pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct AcceptAll;

#[async_trait]
impl<T: Object> ValidateDeletion<T> for AcceptAll {
    async fn validate(&mut self, _object: Option<&T>) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl<T, F> ValidateDeletion<T> for F
where
    T: Object,
    F: FnMut(Option<&T>) -> Result<()> + Send,
{
    async fn validate(&mut self, object: Option<&T>) -> Result<()> {
        self(object)
    }
}

/// Spares the types of a plain closure: `&mut validate_with(|object| …)`.
pub fn validate_with<T, F>(validate: F) -> F
where
    T: Object,
    F: FnMut(Option<&T>) -> Result<()> + Send,
{
    validate
}

/// A validation that has to wait for something. The closure gets an object of its own.
#[derive(Debug)]
pub struct AsyncValidation<F>(pub F);

#[async_trait]
impl<T, F, Fut> ValidateDeletion<T> for AsyncValidation<F>
where
    T: Object,
    F: FnMut(Option<T>) -> Fut + Send,
    Fut: Future<Output = Result<()>> + Send,
{
    async fn validate(&mut self, object: Option<&T>) -> Result<()> {
        (self.0)(object.cloned()).await
    }
}
