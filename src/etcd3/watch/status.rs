use crate::storage::{
    Error, ResourceVersion, Status, corrupt_deletion, expired_list, expired_watch, internal_error,
    resource_version_too_large,
};

use super::super::{self as etcd3, ErrorKind};

/// The status that an error of the store ends a watch with (backend §5.6).
pub(super) fn of_error(error: Error) -> Box<Status> {
    match error {
        Error::Status(status) => status,
        other => Box::new(internal_error(&other.to_string())),
    }
}

/// The status that an error of etcd's ends the changes with.
pub(super) fn of_stream(error: &etcd3::Error) -> Box<Status> {
    Box::new(match error.kind() {
        ErrorKind::Compacted => expired_watch(),
        _ => internal_error(&error.to_string()),
    })
}

/// The status that an error of etcd's ends the initial state with.
pub(super) fn of_initial_state(error: &etcd3::Error) -> Box<Status> {
    Box::new(match error.kind() {
        ErrorKind::Compacted => expired_list(),
        _ => internal_error(&error.to_string()),
    })
}

/// etcd ended the watch and did not say that anything was compacted. Clients of the API must learn that their watch is
/// over, so it is an error (backend §9.5, row 67).
pub(super) fn of_cancellation(reason: &str) -> Box<Status> {
    let reason = if reason.is_empty() {
        "no reason given"
    } else {
        reason
    };
    Box::new(internal_error(&format!(
        "etcd cancelled the watch: {reason}"
    )))
}

/// The object that was deleted cannot be read any more; `cause` says which step failed (backend §9.5, row 59).
pub(super) fn of_corrupt_deletion(cause: &str) -> Box<Status> {
    Box::new(corrupt_deletion(cause))
}

/// The version to start from lies in the future. Clients come back at slightly different times.
pub(super) fn too_large(wanted: ResourceVersion, current: ResourceVersion) -> Box<Status> {
    let retry_after_seconds = rand::random_range(1..=3);
    Box::new(resource_version_too_large(
        wanted,
        current,
        retry_after_seconds,
    ))
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
