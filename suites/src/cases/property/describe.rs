//! What stores answer, as text in which versions are named after writes, so that answers of two stores compare.

use storeproof::storage::{
    Bookmark, ContinueToken, Error, Event, List, REASON_STORAGE_READ, expired_continue,
};
use storeproof_fixtures::objects::{Pod, PodExt};

use super::versions::Versions;

pub(super) fn object(versions: &Versions, pod: &Pod) -> String {
    let label = pod
        .metadata
        .labels
        .as_ref()
        .and_then(|labels| labels.get("even"))
        .map_or("?", String::as_str);
    let annotations = pod.metadata.annotations.as_ref();
    let value = annotations
        .and_then(|all| all.get("value").or_else(|| all.get("sentinel")))
        .map_or("?", String::as_str);
    format!(
        "{}/{}@{}{{{}, even {label}, value {value}}}",
        pod.metadata.namespace.as_deref().unwrap_or("?"),
        pod.name(),
        versions.name(pod.version()),
        pod.metadata.uid.as_deref().unwrap_or("no UID"),
    )
}

pub(super) fn list(versions: &Versions, list: &List<Pod>) -> String {
    let items: Vec<String> = list
        .items
        .iter()
        .map(|item| object(versions, item))
        .collect();
    let more = match (list.continue_token.is_empty(), list.remaining_item_count) {
        (true, None) => "the end".to_owned(),
        (true, Some(remaining)) => format!("the end, yet {remaining} remaining"),
        (false, None) => "more".to_owned(),
        (false, Some(remaining)) => format!("{remaining} more"),
    };
    format!(
        "[{}] at {}, {more}",
        items.join(", "),
        versions.name_at(list.resource_version)
    )
}

pub(super) fn event(versions: &Versions, event: &Event<Pod>) -> String {
    match event {
        Event::Added(pod) | Event::Modified(pod) | Event::Deleted(pod) => {
            format!("{} {}", event.kind(), object(versions, pod))
        }
        Event::Bookmark(Bookmark {
            resource_version, ..
        }) => {
            format!(
                "BOOKMARK, initial events end at {}",
                versions.name_at(*resource_version)
            )
        }
        Event::Error(status) => format!("ERROR {}", status.code.unwrap_or_default()),
    }
}

/// The kind of an error. Texts are the business of single cases.
pub(super) fn error(error: &Error) -> String {
    let unreadable = error.status().is_some_and(|status| {
        // Its message names full keys, which differ from run to run.
        status.reason.as_deref() == Some(REASON_STORAGE_READ)
    });
    let kinds: [(bool, &str); 8] = [
        (unreadable, "500 objects that cannot be read"),
        (error.is_not_found(), "not found"),
        (error.is_exists(), "exists"),
        (error.is_invalid_object(), "invalid object"),
        (error.is_conflict(), "conflict"),
        (error.is_expired(), "410 expired"),
        (
            error.is_resource_version_too_large(),
            "504 too large resource version",
        ),
        (error.is_internal(), "internal error"),
    ];
    match kinds.iter().find(|(holds, _)| *holds) {
        Some((_, kind)) => format!("error: {kind}"),
        None => format!("error: {error}"),
    }
}

/// An error whole: for a status its code, reason and message, with versions named, and where it lets a list go on.
pub(super) fn refusal(versions: &Versions, error: &Error) -> String {
    let Some(status) = error.status() else {
        return format!("error: {error}");
    };
    let message = status.message.as_deref().unwrap_or("no message");
    let mut told = format!(
        "error {} {}: {}",
        status.code.unwrap_or_default(),
        status.reason.as_deref().unwrap_or("without a reason"),
        comparable(versions, message)
    );
    if let Some(token) = &status.metadata.continue_ {
        told = format!("{told} Goes on with {}", replacement(token));
    }
    told
}

/// A message without what stores may word on their own: the details of a text that cannot be read.
fn comparable(versions: &Versions, message: &str) -> String {
    const TOKEN: &str = "invalid continue token: ";
    const VERSION: &str = "invalid resource version: ";
    // Too long to be told whole; any other text is.
    if expired_continue(String::new()).message.as_deref() == Some(message) {
        return "The continue parameter is too old, but there is another way to go on.".to_owned();
    }
    if message.starts_with(TOKEN) {
        return TOKEN.to_owned();
    }
    if message.starts_with(VERSION) {
        let end = message.find("\": ").unwrap_or(message.len());
        return message.chars().take(end + 1).collect();
    }
    let mut named = String::new();
    let mut rest = message;
    while let Some(begin) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(begin);
        let end = number.find(|letter: char| !letter.is_ascii_digit());
        let (digits, after) = number.split_at(end.unwrap_or(number.len()));
        named.push_str(before);
        named.push_str(&versions.name_number(digits));
        rest = after;
    }
    named.push_str(rest);
    named
}

fn replacement(token: &str) -> String {
    match ContinueToken::decode(token, "") {
        Ok(ContinueToken { start, revision }) if revision < 0 => {
            format!("{start:?} at the latest")
        }
        Ok(ContinueToken { start, .. }) => format!("{start:?} at a version of its own"),
        Err(error) => format!("a token that cannot be read: {error}"),
    }
}
