use super::{Error, Object, StorageError};

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

    /// Checks the object at `key`, the UID first. A missing object fails every condition that is set.
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
