//! The statuses that a store itself answers with (store §2.4.4, backend §5.6).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ListMeta, StatusCause, StatusDetails};

pub use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;

use super::{Error, GroupResource, ResourceVersion, StorageError};

/// The reason of every 410.
pub const REASON_EXPIRED: &str = "Expired";
/// The reason of every 500 that tells of corrupt objects.
pub const REASON_STORAGE_READ: &str = "StorageReadError";
const REASON_TIMEOUT: &str = "Timeout";
const CAUSE_TOO_LARGE: &str = "ResourceVersionTooLarge";
const CAUSE_UNREADABLE: &str = "UnexpectedServerResponse";
const CAUSE_TOO_MANY: &str = "FieldValueTooMany";
const CONTINUE_TOO_OLD: &str = "The provided continue parameter is too old to display a consistent list result. \
     You can start a new list without the continue parameter";

pub(super) fn failure(code: i32, reason: &str, message: String) -> Status {
    Status {
        status: Some("Failure".to_owned()),
        code: Some(code),
        reason: Some(reason.to_owned()),
        message: Some(message),
        ..Status::default()
    }
}

/// 400: the request makes no sense.
pub fn bad_request(message: impl Into<String>) -> Status {
    failure(400, "BadRequest", message.into())
}

/// 410: the version of the list has been compacted away.
pub fn expired_list() -> Status {
    failure(
        410,
        REASON_EXPIRED,
        "The resourceVersion for the provided list is too old.".to_owned(),
    )
}

/// 410: the version to watch from has been compacted away.
pub fn expired_watch() -> Status {
    failure(
        410,
        REASON_EXPIRED,
        "The resourceVersion for the provided watch is too old.".to_owned(),
    )
}

/// 410: the page's version has been compacted away; `replacement` goes on at the latest version.
pub fn expired_continue(replacement: String) -> Status {
    let message = format!(
        "{CONTINUE_TOO_OLD}, or use the continue token in this response to retrieve the remainder of the results. \
         Continuing with the provided token results in an inconsistent list - objects that were created, modified, \
         or deleted between the time the first chunk was returned and now may show up in the list."
    );
    Status {
        metadata: ListMeta {
            continue_: Some(replacement),
            ..ListMeta::default()
        },
        ..failure(410, REASON_EXPIRED, message)
    }
}

/// 410 like [`expired_continue`], where no token can be made.
pub fn expired_continue_without_token() -> Status {
    failure(410, REASON_EXPIRED, format!("{CONTINUE_TOO_OLD}."))
}

/// 504: the version asked for lies in the future. `retry_after_seconds` is 0 for reads, 1 to 3 for watches.
pub fn resource_version_too_large(
    wanted: ResourceVersion,
    current: ResourceVersion,
    retry_after_seconds: i32,
) -> Status {
    Status {
        details: Some(StatusDetails {
            causes: Some(vec![StatusCause {
                reason: Some(CAUSE_TOO_LARGE.to_owned()),
                message: Some("Too large resource version".to_owned()),
                field: None,
            }]),
            retry_after_seconds: (retry_after_seconds != 0).then_some(retry_after_seconds),
            ..StatusDetails::default()
        }),
        ..failure(
            504,
            REASON_TIMEOUT,
            format!("Timeout: Too large resource version: {wanted}, current: {current}"),
        )
    }
}

/// 500: something inside broke, and what.
pub fn internal_error(cause: &str) -> Status {
    Status {
        details: Some(StatusDetails {
            causes: Some(vec![StatusCause {
                message: Some(cause.to_owned()),
                ..StatusCause::default()
            }]),
            ..StatusDetails::default()
        }),
        ..failure(
            500,
            "InternalError",
            format!("Internal error occurred: {cause}"),
        )
    }
}

/// 500: a watch saw the deletion of an object that cannot be read. It is gone, and what it was cannot be told (backend
/// §5.6).
pub fn corrupt_deletion(cause: &str) -> Status {
    failure(
        500,
        REASON_STORAGE_READ,
        format!("saw a DELETED event, but object data is corrupt - {cause}"),
    )
}

/// 500: a list met corrupt objects, and which (store §3.11).
pub(super) fn storage_read_error(
    resource: &GroupResource,
    first: &str,
    causes: Vec<StatusCause>,
) -> Status {
    let GroupResource {
        group,
        resource: kind,
    } = resource;
    Status {
        details: Some(StatusDetails {
            group: (!group.is_empty()).then(|| group.clone()),
            kind: Some(kind.clone()),
            name: Some("list".to_owned()),
            causes: Some(causes),
            ..StatusDetails::default()
        }),
        ..failure(
            500,
            REASON_STORAGE_READ,
            format!("failed to read one or more {resource} from the storage: {first}"),
        )
    }
}

/// A corrupt object as a cause.
pub(super) fn cause_of_corrupt(error: &StorageError) -> StatusCause {
    StatusCause {
        reason: Some(CAUSE_UNREADABLE.to_owned()),
        field: Some(error.key.clone()),
        message: Some(error.to_string()),
    }
}

/// The cause that says that there were more.
pub(super) fn cause_of_truncation() -> StatusCause {
    StatusCause {
        reason: Some(CAUSE_TOO_MANY.to_owned()),
        field: None,
        message: Some("too many errors, the list is truncated".to_owned()),
    }
}

/// What else ended the list.
pub(super) fn cause_of_abort(error: &Error) -> StatusCause {
    StatusCause {
        reason: Some(CAUSE_UNREADABLE.to_owned()),
        field: None,
        message: Some(error.to_string()),
    }
}

/// Whether a status is [`resource_version_too_large`], whoever made it.
pub fn is_resource_version_too_large(status: &Status) -> bool {
    let timed_out = match status.reason.as_deref() {
        Some(reason) if !reason.is_empty() => reason == REASON_TIMEOUT,
        _ => status.code == Some(504),
    };
    timed_out
        && status
            .details
            .iter()
            .flat_map(|details| details.causes.iter().flatten())
            .any(|cause| cause.reason.as_deref() == Some(CAUSE_TOO_LARGE))
}
