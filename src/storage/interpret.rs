use k8s_openapi::apimachinery::pkg::apis::meta::v1::{StatusCause, StatusDetails};

use super::{
    Code, Error, GroupResource, InvalidError, Status, quote::Quoted, status::failure,
    status::internal_error,
};

/// How long a client should stay away from a backend that could not be reached.
const RETRY_AFTER_SECONDS: i32 = 2;

/// What was asked of a store, to tell the API's client what an error of it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A list.
    List,
    /// Getting one object.
    Get,
    /// A creation.
    Create,
    /// An update.
    Update,
    /// A deletion.
    Delete,
    /// Starting a watch.
    Watch,
}

impl Operation {
    /// What the API's client is told of a store's error about the object `name`, which is empty for lists and watches.
    /// What does not concern the operation stays as it is (store §2.4.7).
    #[must_use]
    pub fn interpret(self, error: Error, resource: &GroupResource, name: &str) -> Error {
        let of_code = error
            .code()
            .and_then(|code| self.of_code(code, &error, resource, name));
        match of_code {
            Some(status) => status.into(),
            None if error.is_internal() || error.is_corrupt_object() => {
                internal_error(&error.to_string()).into()
            }
            None => match &error {
                Error::Invalid(cause) if self == Self::Watch => {
                    invalid(resource, name, cause).into()
                }
                _ => error,
            },
        }
    }

    fn of_code(
        self,
        code: Code,
        error: &Error,
        resource: &GroupResource,
        name: &str,
    ) -> Option<Status> {
        use Operation::{Create, Delete, Get, List, Update, Watch};
        Some(match (code, self) {
            (Code::KeyNotFound, List) => not_found(resource, ""),
            (Code::KeyNotFound, Get | Update | Delete) => not_found(resource, name),
            (Code::KeyExists, Create) => already_exists(resource, name),
            (
                Code::KeyExists | Code::ResourceVersionConflicts | Code::InvalidObject,
                Update | Delete,
            ) => conflict(resource, name, error),
            (Code::Unreachable, List | Get | Create | Update | Delete) | (Code::Timeout, List) => {
                server_timeout(resource, self.verb())
            }
            (Code::Unreachable | Code::KeyNotFound, Watch)
            | (Code::KeyNotFound, Create)
            | (Code::KeyExists, List | Get | Watch)
            | (Code::ResourceVersionConflicts | Code::InvalidObject, List | Get | Create | Watch)
            | (Code::Timeout, Get | Create | Update | Delete | Watch)
            | (Code::CorruptObject, _) => return None,
        })
    }

    /// What the API calls the operation.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Watch => "watch",
        }
    }
}

fn details(resource: &GroupResource, name: &str) -> StatusDetails {
    let unless_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    StatusDetails {
        group: unless_empty(&resource.group),
        kind: unless_empty(&resource.resource),
        name: unless_empty(name),
        ..StatusDetails::default()
    }
}

fn about(code: i32, reason: &str, message: String, resource: &GroupResource, name: &str) -> Status {
    Status {
        details: Some(details(resource, name)),
        ..failure(code, reason, message)
    }
}

fn not_found(resource: &GroupResource, name: &str) -> Status {
    let message = format!("{resource} {} not found", Quoted(name));
    about(404, "NotFound", message, resource, name)
}

fn already_exists(resource: &GroupResource, name: &str) -> Status {
    let message = format!("{resource} {} already exists", Quoted(name));
    about(409, "AlreadyExists", message, resource, name)
}

fn conflict(resource: &GroupResource, name: &str, error: &Error) -> Status {
    let message = format!(
        "Operation cannot be fulfilled on {resource} {}: {error}",
        Quoted(name)
    );
    about(409, "Conflict", message, resource, name)
}

/// The details name the operation where others name the object.
fn server_timeout(resource: &GroupResource, verb: &str) -> Status {
    let message = format!(
        "The {verb} operation against {resource} could not be completed at this time, please try again."
    );
    Status {
        details: Some(StatusDetails {
            retry_after_seconds: Some(RETRY_AFTER_SECONDS),
            ..details(resource, verb)
        }),
        ..failure(500, "ServerTimeout", message)
    }
}

/// The details name the resource where others name the kind.
fn invalid(resource: &GroupResource, name: &str, cause: &InvalidError) -> Status {
    let message = format!("{resource} {} is invalid: {cause}", Quoted(name));
    let InvalidError {
        field,
        value,
        detail,
    } = cause;
    Status {
        details: Some(StatusDetails {
            causes: Some(vec![StatusCause {
                reason: Some("FieldValueInvalid".to_owned()),
                message: Some(format!("Invalid value: {}: {detail}", Quoted(value))),
                field: Some(field.clone()),
            }]),
            ..details(resource, name)
        }),
        ..failure(422, "Invalid", message)
    }
}

#[cfg(test)]
#[path = "interpret_tests.rs"]
mod tests;
