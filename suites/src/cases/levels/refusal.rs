use storeproof::storage::{ContinueToken, Error, ItemsOnError, List, ResourceVersion, Status};
use storeproof_fixtures::objects::Pod;

use crate::harness::{ErrorExpectations, Verdict, expect_between, expect_eq, unexpected};

/// How a list is refused.
#[derive(Clone, Copy, Debug)]
pub(in crate::cases) enum Refusal {
    /// With 400: the version is not a number.
    NoVersion,
    /// With 400: a version stands beside a token.
    VersionBesideToken,
    /// With 400: the token holds no key.
    NoStart,
    /// With 400: the token holds no revision.
    NoRevision,
    /// With a plain error: the match is none that a store knows.
    UnknownMatch,
    /// With 504: the version lies in the future.
    Future,
    /// With 410: the version of the list is compacted.
    ExpiredList,
    /// With 410: the version of the pages is compacted.
    ExpiredPages,
}

/// What was asked, and what the store's version was around it.
pub(super) struct Asked<'a> {
    pub(super) version: &'a str,
    pub(super) token: &'a str,
    pub(super) before: ResourceVersion,
    pub(super) after: ResourceVersion,
}

const LIST_TOO_OLD: &str = "The resourceVersion for the provided list is too old.";
const PAGES_TOO_OLD: &str = "The provided continue parameter is too old to display a consistent list result. You can \
    start a new list without the continue parameter, or use the continue token in this response to retrieve the \
    remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were \
    created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/// The list is refused with the code, the reason and the text of that refusal.
pub(super) fn expect_refusal(
    answer: Result<List<Pod>, ItemsOnError<Pod>>,
    refusal: Refusal,
    asked: &Asked<'_>,
    prefix: &str,
) -> Verdict {
    let bad_request = |message: &str| (400, "BadRequest", message.to_owned());
    let (code, reason, message) = match refusal {
        Refusal::UnknownMatch => return expect_unknown_match(answer),
        Refusal::Future => return expect_future(answer, asked),
        Refusal::NoVersion => return expect_no_version(answer, asked.version),
        Refusal::VersionBesideToken => {
            bad_request("specifying resource version is not allowed when using continue")
        }
        Refusal::NoStart => bad_request(
            "invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)",
        ),
        Refusal::NoRevision => bad_request(
            "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion \
             (version meta.k8s.io/v1)",
        ),
        Refusal::ExpiredList => (410, "Expired", LIST_TOO_OLD.to_owned()),
        Refusal::ExpiredPages => (410, "Expired", PAGES_TOO_OLD.to_owned()),
    };
    let status = status(answer)?;
    expect_anatomy(&status, code, reason)?;
    expect_eq("the message", status.message.unwrap_or_default(), message)?;
    let replacement = status.metadata.continue_.unwrap_or_default();
    match refusal {
        Refusal::ExpiredPages => expect_replacement(&replacement, asked.token, prefix),
        _ => expect_eq(
            "the continue token in the refusal",
            replacement.as_str(),
            "",
        ),
    }
}

fn status(answer: Result<List<Pod>, ItemsOnError<Pod>>) -> Verdict<Status> {
    let error = answer.expect_failure("with a status", |error| error.status().is_some())?;
    Ok(error.status().cloned().unwrap_or_default())
}

fn expect_anatomy(status: &Status, code: i32, reason: &str) -> Verdict {
    expect_eq("the code", status.code, Some(code))?;
    expect_eq("the reason", status.reason.as_deref(), Some(reason))
}

fn expect_unknown_match(answer: Result<List<Pod>, ItemsOnError<Pod>>) -> Verdict {
    let text = "unknown ResourceVersionMatch value: Invalid";
    answer
        .expect_failure(&format!("with the plain error {text:?}"), |error| {
            error.to_string() == text && error.code().is_none() && error.status().is_none()
        })
        .map(drop)
}

/// What follows the second colon is the words of whoever reads the number, and not compared.
fn expect_no_version(answer: Result<List<Pod>, ItemsOnError<Pod>>, version: &str) -> Verdict {
    let error = answer.expect_bad_request()?;
    let text = format!("invalid resource version: resourceVersion: Invalid value: {version:?}: ");
    Err::<(), _>(error)
        .expect_failure(&format!("with a text that begins {text:?}"), |error| {
            error.to_string().starts_with(&text)
        })
        .map(drop)
}

/// The message names the version that was asked for and the current one.
fn expect_future(answer: Result<List<Pod>, ItemsOnError<Pod>>, asked: &Asked<'_>) -> Verdict {
    let error: Error = answer.expect_too_large()?;
    let status = error.status().cloned().unwrap_or_default();
    expect_anatomy(&status, 504, "Timeout")?;
    let message = status.message.unwrap_or_default();
    let begin = format!(
        "Timeout: Too large resource version: {}, current: ",
        asked.version
    );
    let current = message
        .strip_prefix(&begin)
        .and_then(|current| current.parse().ok())
        .map(ResourceVersion::new)
        .ok_or_else(|| unexpected(format!("the message is {begin:?} and a version"), &message))?;
    expect_between(
        "the version in the message",
        current,
        asked.before,
        asked.after,
    )?;
    let details = status.details.unwrap_or_default();
    let delay = details.retry_after_seconds.unwrap_or_default();
    expect_eq("the retry delay", delay, 0)?;
    let causes = details.causes.unwrap_or_default();
    let messages: Vec<_> = causes
        .iter()
        .map(|cause| cause.message.as_deref())
        .collect();
    expect_eq("the causes", messages, [Some("Too large resource version")])
}

/// The token in the refusal goes on at the same key, in the latest state.
fn expect_replacement(replacement: &str, token: &str, prefix: &str) -> Verdict {
    let read = |token: &str| {
        ContinueToken::decode(token, prefix)
            .map_err(|error| unexpected("a token that can be read", format!("{token:?}: {error}")))
    };
    let (replacement, given) = (read(replacement)?, read(token)?);
    expect_eq(
        "the start of the token in the refusal",
        replacement.start,
        given.start,
    )?;
    expect_eq("its revision", replacement.revision, -1)
}
