use std::fmt::Debug;

use storeproof_wire::{
    etcdserverpb::{RangeResponse, TxnResponse},
    mvccpb::KeyValue,
};
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

/// `what` must be the revision that lies `steps` beyond `before`. Where others wrote meanwhile it may differ: a case that needs
/// a quiet store is run again, and says nothing where it differs every time in another way.
///
/// # Errors
///
/// It is another one.
pub fn expect_steps(what: &str, before: i64, observed: i64, steps: i64) -> Verdict {
    let moved = observed - before;
    if moved == steps {
        return Ok(());
    }
    let mut fault = Fault::failed(
        format!("{what} is {steps} beyond the revision before"),
        format!("it is {moved} beyond it"),
    );
    if let Fault::Failed(failure) = &mut fault {
        failure.counted = true;
    }
    Err(fault)
}

/// The one key of an answer.
///
/// # Errors
///
/// There is none, or there are several.
pub fn expect_one(answer: &RangeResponse) -> Verdict<&KeyValue> {
    match &answer.kvs[..] {
        [kv] => Ok(kv),
        kvs => Err(Fault::failed(
            "the answer holds one key",
            format!("it holds {}", phrase::key_values(kvs)),
        )),
    }
}

/// Whether the comparisons of a transaction held must be `expected`.
///
/// # Errors
///
/// It is the other way round.
pub fn expect_succeeded(what: &str, answer: &TxnResponse, expected: bool) -> Verdict {
    expect_eq(&format!("succeeded of {what}"), answer.succeeded, expected)
}
