use std::{
    fmt,
    future::{Future, Ready, ready},
    pin::Pin,
    task::{self, Poll},
};

use futures::{FutureExt, future::BoxFuture};

use super::{Data, Error};

/// What a value is bound to.
///
/// The store gives the full key, path prefix included, on every read and write. A value copied to another key then no
/// longer authenticates; an older value of the same key still does (backend §7.1).
#[derive(Clone, Copy, Debug)]
pub struct Context<'a>(&'a [u8]);

impl<'a> Context<'a> {
    /// Binds to a full key.
    pub fn of_key(key: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self(key.as_ref())
    }

    /// The bytes that authenticated encryption covers besides the value.
    pub fn authenticated_data(self) -> &'a [u8] {
        self.0
    }
}

/// The key as text, for logs.
impl fmt::Display for Context<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self.0).fmt(formatter)
    }
}

/// A value as it was before it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The plain bytes.
    pub plain: Data,
    /// Whether a write would store it differently now, so that the next update must write even if nothing changed.
    pub stale: bool,
}

/// A result that most transformers have at once and some only after asking somebody else.
///
/// Saves an allocation and a dispatch for each value on the way of local transformers, which is all values of a list.
#[must_use = "a transformer does nothing until its result is awaited"]
pub enum Eventually<'a, T> {
    /// Here it is.
    Now(Ready<T>),
    /// It takes a while.
    Later(BoxFuture<'a, T>),
}

impl<T> Eventually<'_, T> {
    /// A result that is there already.
    pub fn now(value: T) -> Self {
        Self::Now(ready(value))
    }
}

impl<'a, T: Send + 'a> Eventually<'a, T> {
    /// The same result, once `look` has seen it.
    pub(crate) fn inspect(self, look: impl FnOnce(&T) + Send + 'a) -> Self {
        match self {
            Self::Now(value) => {
                let value = value.into_inner();
                look(&value);
                Self::now(value)
            }
            Self::Later(value) => Self::Later(value.inspect(look).boxed()),
        }
    }
}

impl<T> Future for Eventually<'_, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<T> {
        match self.get_mut() {
            Self::Now(value) => Pin::new(value).poll(context),
            Self::Later(future) => future.as_mut().poll(context),
        }
    }
}

/// Protects values at rest. Reading inverts writing for the same context; both may run at the same time.
pub trait Transformer: Send + Sync {
    /// The plain bytes of a stored value.
    ///
    /// # Errors
    ///
    /// The value cannot be read; nothing of it is in the error.
    #[expect(
        clippy::wrong_self_convention,
        reason = "the pair is named after the direction of the value, as the API server names it"
    )]
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>>;

    /// Appends to `stored` what is to be stored for the plain bytes. On an error the content of `stored` is unspecified.
    ///
    /// # Errors
    ///
    /// The value cannot be written.
    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>>;
}
