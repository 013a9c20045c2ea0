use std::fmt::Debug;

use storeproof::storage::{Code, Error, REASON_STORAGE_READ};

use super::{Fault, Verdict, outcome::describe};

/// `observed` must be `expected`; `what` names it.
///
/// # Errors
///
/// They differ: both are shown.
pub fn expect_eq<A: Debug + PartialEq<B>, B: Debug>(
    what: &str,
    observed: A,
    expected: B,
) -> Verdict {
    if observed == expected {
        return Ok(());
    }
    Err(Fault::failed(
        format!("{what} is {expected:?}"),
        format!("{what} is {observed:?}"),
    ))
}

/// `holds` must be true. `expected` and `observed` say what was meant to be and what is.
///
/// # Errors
///
/// It is not.
pub fn expect_that(
    holds: bool,
    expected: impl Into<String>,
    observed: impl Into<String>,
) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(Fault::failed(expected, observed))
    }
}

/// Something else than `expected` happened.
pub fn unexpected(expected: impl Into<String>, observed: impl Into<String>) -> Fault {
    Fault::failed(expected, observed)
}

/// Verbs for operations that must fail, and how. Each returns the error for a closer look.
pub trait ErrorExpectations<T> {
    /// It fails in a way that `holds` accepts.
    ///
    /// # Errors
    ///
    /// It succeeds, or fails in another way.
    fn expect_failure(self, kind: &str, holds: impl FnOnce(&Error) -> bool) -> Verdict<Error>;

    /// The key is not there.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_not_found(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("key not found", Error::is_not_found)
    }

    /// The key is there already.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_exists(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("key exists", Error::is_exists)
    }

    /// A precondition did not hold.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_invalid_object(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("invalid object", Error::is_invalid_object)
    }

    /// A value could not be transformed.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_internal(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("internal error", Error::is_internal)
    }

    /// A value cannot be read, whatever the store calls that.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_unreadable(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("a value cannot be read", |error| {
            error.is_internal() || error.code() == Some(Code::CorruptObject) || is_read_error(error)
        })
    }

    /// The key is that of a corrupt object.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_corrupt(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("corrupt object", |error| {
            error.code() == Some(Code::CorruptObject)
        })
    }

    /// The list met corrupt objects.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_read_error(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("500 StorageReadError", is_read_error)
    }

    /// The version lies in the future.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_too_large(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("504 too large resource version", |error| {
            error.is_resource_version_too_large()
                && error
                    .status()
                    .is_some_and(|status| status.code == Some(504))
        })
    }

    /// The version has been compacted away.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_expired(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("410 expired", |error| {
            error.is_expired()
                && error
                    .status()
                    .is_some_and(|status| status.code == Some(410))
        })
    }

    /// The request makes no sense.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_bad_request(self) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure("400 bad request", |error| {
            error.status().is_some_and(|status| {
                status.code == Some(400) && status.reason.as_deref() == Some("BadRequest")
            })
        })
    }

    /// It fails, and the error's text holds `text`.
    ///
    /// # Errors
    ///
    /// Anything else happened.
    fn expect_text(self, text: &str) -> Verdict<Error>
    where
        Self: Sized,
    {
        self.expect_failure(&format!("an error that says {text:?}"), |error| {
            error.to_string().contains(text)
        })
    }
}

impl<T: Debug, E: Into<Error>> ErrorExpectations<T> for Result<T, E> {
    fn expect_failure(self, kind: &str, holds: impl FnOnce(&Error) -> bool) -> Verdict<Error> {
        let expected = format!("the operation fails: {kind}");
        match self {
            Ok(value) => Err(unexpected(
                expected,
                format!("it succeeds: {}", shortened(&value)),
            )),
            Err(error) => {
                let error = error.into();
                if holds(&error) {
                    Ok(error)
                } else {
                    Err(unexpected(
                        expected,
                        format!("it fails: {}", describe(&error)),
                    ))
                }
            }
        }
    }
}

fn is_read_error(error: &Error) -> bool {
    error.status().is_some_and(|status| {
        status.code == Some(500) && status.reason.as_deref() == Some(REASON_STORAGE_READ)
    })
}

fn shortened(value: &impl Debug) -> String {
    let mut text = format!("{value:?}");
    if let Some((end, _)) = text.char_indices().nth(300) {
        text.truncate(end);
        text.push('…');
    }
    text
}
