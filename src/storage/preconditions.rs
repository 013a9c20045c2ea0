use super::{Error, InternalError, Object, StorageError};

/// What must hold of the stored object before it is changed (store §1.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// The object's UID.
    pub uid: Option<String>,
    /// The object's resource version, compared as text.
    pub resource_version: Option<String>,
}

impl Preconditions {
    /// Only the object with this UID.
    pub fn uid(uid: impl Into<String>) -> Self {
        Self {
            uid: Some(uid.into()),
            resource_version: None,
        }
    }

    /// Only the object at this version.
    pub fn resource_version(version: impl Into<String>) -> Self {
        Self {
            uid: None,
            resource_version: Some(version.into()),
        }
    }

    /// What becomes of preconditions, empty ones too, on an object that is there and cannot be read.
    pub fn unenforceable(&self) -> Error {
        InternalError::new(Error::Plain(format!(
            "can't enforce preconditions {self:?} on an object that cannot be read"
        )))
        .into()
    }

    /// Checks the object at `key`, the UID first. A missing object is an empty one: it fails every condition that is set.
    ///
    /// # Errors
    ///
    /// An invalid-object error that says what was wanted and what was found.
    pub fn check<T: Object>(&self, key: &str, object: Option<&T>) -> Result<(), Error> {
        let metadata = object.map(Object::metadata);
        let conditions = [
            (
                "UID",
                &self.uid,
                metadata.and_then(|found| found.uid.as_deref()),
            ),
            (
                "ResourceVersion",
                &self.resource_version,
                metadata.and_then(|found| found.resource_version.as_deref()),
            ),
        ];
        for (name, wanted, found) in conditions {
            let Some(wanted) = wanted else { continue };
            let found = found.unwrap_or_default();
            if wanted != found {
                return Err(StorageError::invalid_object(
                    key,
                    format!(
                        "Precondition failed: {name} in precondition: {wanted}, {name} in object meta: {found}"
                    ),
                )
                .into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;

    use super::Preconditions;

    const KEY: &str = "/registry/pods/ns/foo";

    fn refusal(conditions: &Preconditions, pod: Option<&Pod>) -> Option<String> {
        let error = conditions.check(KEY, pod).err()?;
        assert!(error.is_invalid_object());
        Some(error.to_string())
    }

    fn text(why: &str) -> Option<String> {
        Some(format!(
            "StorageError: invalid object, Code: 4, Key: {KEY}, ResourceVersion: 0, AdditionalErrorMsg: \
             Precondition failed: {why}"
        ))
    }

    #[test]
    fn the_uid_is_compared_before_the_version_and_both_as_text() {
        let mut pod = Pod::default();
        pod.metadata.uid = Some("A".to_owned());
        pod.metadata.resource_version = Some("7".to_owned());
        let both = |uid: &str, version: &str| Preconditions {
            uid: Some(uid.to_owned()),
            resource_version: Some(version.to_owned()),
        };
        assert_eq!(refusal(&Preconditions::default(), Some(&pod)), None);
        assert_eq!(refusal(&both("A", "7"), Some(&pod)), None);
        assert_eq!(
            refusal(&both("B", "8"), Some(&pod)),
            text("UID in precondition: B, UID in object meta: A")
        );
        assert_eq!(
            refusal(&both("A", "07"), Some(&pod)),
            text("ResourceVersion in precondition: 07, ResourceVersion in object meta: 7")
        );
    }

    #[test]
    fn a_missing_object_is_an_empty_one() {
        assert_eq!(refusal(&Preconditions::default(), None), None);
        assert_eq!(refusal(&Preconditions::uid(""), None), None);
        assert_eq!(
            refusal(&Preconditions::uid("A"), None),
            text("UID in precondition: A, UID in object meta: ")
        );
    }

    #[test]
    fn nothing_can_be_demanded_of_what_cannot_be_read() {
        let error = Preconditions::default().unenforceable();
        assert!(error.is_internal());
        assert!(error.to_string().starts_with("can't enforce preconditions"));
    }
}
