use super::Operation::{self, Create, Delete, Get, List, Update, Watch};
use crate::storage::{
    Code, Error, GroupResource, InternalError, ResourceVersion, Status, StorageError, bad_request,
};

const ALL: [Operation; 6] = [List, Get, Create, Update, Delete, Watch];

fn pods() -> GroupResource {
    GroupResource::new("example.io", "pods")
}

/// What the operation makes of the error: the status as JSON, as it goes over the wire; nothing where it is unchanged.
fn told(operation: Operation, error: &Error) -> Option<serde_json::Value> {
    let before = error.to_string();
    match operation.interpret(error.clone(), &pods(), "foo") {
        Error::Status(status) => Some(serde_json::to_value(&*status).expect("a status")),
        unchanged => {
            assert_eq!(unchanged.to_string(), before);
            None
        }
    }
}

fn status(code: i32, reason: &str, message: &str, details: &str) -> Option<serde_json::Value> {
    let details: serde_json::Value = serde_json::from_str(details).expect("JSON");
    Some(serde_json::json!({
        "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure",
        "code": code, "reason": reason, "message": message, "details": details,
    }))
}

const FOO: &str = r#"{"group":"example.io","kind":"pods","name":"foo"}"#;

fn conflict(error: &Error) -> Option<serde_json::Value> {
    let message = format!(r#"Operation cannot be fulfilled on pods.example.io "foo": {error}"#);
    status(409, "Conflict", &message, FOO)
}

fn server_timeout(verb: &str) -> Option<serde_json::Value> {
    let message = format!(
        "The {verb} operation against pods.example.io could not be completed at this time, please try again."
    );
    let details =
        format!(r#"{{"group":"example.io","kind":"pods","name":"{verb}","retryAfterSeconds":2}}"#);
    status(500, "ServerTimeout", &message, &details)
}

fn internal(error: &Error) -> Option<serde_json::Value> {
    let text = error.to_string();
    let details = serde_json::json!({ "causes": [{ "message": text }] });
    let message = format!("Internal error occurred: {text}");
    status(500, "InternalError", &message, &details.to_string())
}

fn verdict(code: Code) -> Error {
    StorageError::new(code, "/registry/pods/ns/foo").into()
}

#[test]
fn missing_objects_are_404() {
    let error = verdict(Code::KeyNotFound);
    let foo = status(404, "NotFound", r#"pods.example.io "foo" not found"#, FOO);
    let nameless = status(
        404,
        "NotFound",
        r#"pods.example.io "" not found"#,
        r#"{"group":"example.io","kind":"pods"}"#,
    );
    for operation in ALL {
        let expected = match operation {
            List => nameless.clone(),
            Get | Update | Delete => foo.clone(),
            Create | Watch => None,
        };
        assert_eq!(told(operation, &error), expected, "{operation:?}");
    }
}

#[test]
fn existing_objects_are_409() {
    let error = verdict(Code::KeyExists);
    for operation in ALL {
        let expected = match operation {
            Create => status(
                409,
                "AlreadyExists",
                r#"pods.example.io "foo" already exists"#,
                FOO,
            ),
            Update | Delete => conflict(&error),
            List | Get | Watch => None,
        };
        assert_eq!(told(operation, &error), expected, "{operation:?}");
    }
}

#[test]
fn conflicts_and_other_objects_are_409() {
    for code in [Code::ResourceVersionConflicts, Code::InvalidObject] {
        let error = verdict(code);
        for operation in ALL {
            let expected = match operation {
                Update | Delete => conflict(&error),
                List | Get | Create | Watch => None,
            };
            assert_eq!(told(operation, &error), expected, "{operation:?}");
        }
    }
}

#[test]
fn backends_out_of_reach_may_be_tried_again() {
    for operation in ALL {
        let expected = match operation {
            Watch => None,
            _ => server_timeout(operation.verb()),
        };
        assert_eq!(told(operation, &verdict(Code::Unreachable)), expected);
        let expected = match operation {
            List => server_timeout("list"),
            _ => None,
        };
        assert_eq!(told(operation, &verdict(Code::Timeout)), expected);
    }
}

#[test]
fn what_broke_inside_is_500() {
    let corrupt = verdict(Code::CorruptObject);
    for error in [
        InternalError::new(Error::Plain("torn".to_owned())).into(),
        InternalError::new(corrupt.clone()).into(),
        Error::other(corrupt.clone()),
        corrupt,
    ] {
        for operation in ALL {
            assert_eq!(told(operation, &error), internal(&error), "{operation:?}");
        }
    }
}

#[test]
fn only_a_watch_answers_422() {
    let error = Error::from(ResourceVersion::parse("abc").expect_err("no version"));
    let detail = r#"strconv.ParseUint: parsing "abc": invalid syntax"#;
    let details = serde_json::json!({
        "group": "example.io", "kind": "pods", "name": "foo",
        "causes": [{
            "reason": "FieldValueInvalid",
            "message": format!(r#"Invalid value: "abc": {detail}"#),
            "field": "resourceVersion",
        }],
    });
    let message = format!(
        r#"pods.example.io "foo" is invalid: resourceVersion: Invalid value: "abc": {detail}"#
    );
    for operation in ALL {
        let expected = match operation {
            Watch => status(422, "Invalid", &message, &details.to_string()),
            _ => None,
        };
        assert_eq!(told(operation, &error), expected, "{operation:?}");
    }
}

#[test]
fn everything_else_stays_as_it_is() {
    let answered: Status = bad_request("no");
    for operation in ALL {
        for error in [
            Error::NotReady,
            Error::ResourceVersionSet,
            Error::Plain("torn".to_owned()),
            Error::other(verdict(Code::KeyNotFound)),
        ] {
            assert_eq!(told(operation, &error), None, "{operation:?}");
        }
        let unchanged = operation.interpret(answered.clone().into(), &pods(), "foo");
        assert_eq!(unchanged.status(), Some(&answered));
    }
}
