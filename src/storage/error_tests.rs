use crate::storage::{
    Code, Error, InternalError, ResourceVersion, StorageError, expired_list,
    resource_version_too_large,
};

#[test]
fn a_verdict_prints_code_key_version_and_reason() {
    for (code, number, message) in [
        (Code::KeyNotFound, 1, "key not found"),
        (Code::KeyExists, 2, "key exists"),
        (
            Code::ResourceVersionConflicts,
            3,
            "resource version conflicts",
        ),
        (Code::InvalidObject, 4, "invalid object"),
        (Code::Unreachable, 5, "server unreachable"),
        (Code::Timeout, 6, "request timeout"),
        (Code::CorruptObject, 7, "corrupt object"),
    ] {
        let verdict = StorageError::new(code, "/registry/pods/a");
        assert_eq!(
            verdict.to_string(),
            format!(
                "StorageError: {message}, Code: {number}, Key: /registry/pods/a, ResourceVersion: 0, \
                 AdditionalErrorMsg: <nil>"
            )
        );
        let error = Error::from(verdict);
        let holding = [
            error.is_not_found(),
            error.is_exists(),
            error.is_conflict(),
            error.is_invalid_object(),
            error.is_unreachable(),
            error.is_timeout(),
            error.is_corrupt_object(),
        ];
        let of_this_code = (1..=7).map(|code| code == number);
        assert!(holding.into_iter().eq(of_this_code), "{error}");
    }
    assert_eq!(
        StorageError::invalid_object("/k", "no").to_string(),
        "StorageError: invalid object, Code: 4, Key: /k, ResourceVersion: 0, AdditionalErrorMsg: no"
    );
}

fn wrapped(error: impl Into<Error>) -> [Error; 2] {
    let error = error.into();
    [
        InternalError::new(error.clone()).into(),
        Error::other(error),
    ]
}

#[test]
fn verdicts_are_looked_for_outermost_except_corrupt_objects() {
    for outer in wrapped(StorageError::not_found("/k")) {
        assert!(!outer.is_not_found());
    }
    for outer in wrapped(StorageError::new(Code::CorruptObject, "/k")) {
        assert!(outer.is_corrupt_object());
    }
    for outer in wrapped(InternalError::new(Error::NotReady)) {
        assert!(!outer.is_corrupt_object());
    }
}

#[test]
fn statuses_are_looked_for_down_the_chain() {
    for outer in wrapped(expired_list()) {
        assert!(outer.is_expired() && outer.status().is_none());
    }
    let ahead = resource_version_too_large(ResourceVersion::new(2), ResourceVersion::new(1), 0);
    for outer in wrapped(ahead) {
        assert!(outer.is_resource_version_too_large() && !outer.is_expired());
    }
}

#[test]
fn an_internal_error_has_the_text_of_its_source() {
    let error = Error::from(InternalError::new(Error::Plain("torn".to_owned())));
    assert_eq!(error.to_string(), "torn");
    let error = Error::from(InternalError::transforming("/k\0", Error::NotReady));
    assert_eq!(
        error.to_string(),
        r#"unable to transform key "/k\x00": storage not ready"#
    );
}
