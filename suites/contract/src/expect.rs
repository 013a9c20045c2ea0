use std::fmt::Debug;

use tonic::{Code, Status};

use crate::{Fault, Verdict, phrase};

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

/// The request must be refused with exactly this code and message. `UNIMPLEMENTED` means that it is not supported.
///
/// # Errors
///
/// It is accepted, or refused in other words.
pub fn expect_refused<T: Debug>(answer: Result<T, Status>, code: Code, message: &str) -> Verdict {
    let expected = format!("the request is refused: {code:?} {message:?}");
    match answer {
        Ok(_) => Err(Fault::failed(expected, "it is accepted")),
        Err(status) if status.code() == Code::Unimplemented && code != Code::Unimplemented => {
            Err(status.into())
        }
        Err(status) if status.code() == code && status.message() == message => Ok(()),
        Err(status) => Err(Fault::failed(
            expected,
            format!("it is refused: {}", phrase::status(&status)),
        )),
    }
}
