use super::{KeyValue, Store};
use crate::{
    storage::{Error, InternalError, Object, ResourceVersion, Result, StorageError, UpdateOptions},
    value::Data,
};

/// What an update or a deletion believes is stored (store §3.5).
pub(super) struct State<T> {
    /// The object; `None` where there is none, or where it cannot be read and need not be.
    pub(super) object: Option<T>,
    /// Its plain bytes.
    pub(super) plain: Data,
    /// The version it was last written at; unset where there is none.
    pub(super) version: ResourceVersion,
    /// Whether it would be stored differently now.
    pub(super) stale: bool,
    /// Whether it was read in this call, rather than suggested by the caller.
    pub(super) is_current: bool,
}

impl<T: Object> State<T> {
    /// What the caller suggests. A suggestion without a version says nothing about what is stored, and is none.
    pub(super) fn suggested(store: &Store<T>, suggestion: Option<T>) -> Result<Option<Self>> {
        let Some(object) = suggestion else {
            return Ok(None);
        };
        let version = object
            .resource_version()
            .map_err(|cause| Error::Plain(format!("couldn't get resource version: {cause}")))?;
        if version.is_unset() {
            return Ok(None);
        }
        Ok(Some(Self {
            plain: store.format.encode(&object)?.into(),
            object: Some(object),
            version,
            stale: false,
            is_current: false,
        }))
    }

    /// What was found at the key, where it can be read.
    pub(super) async fn found(store: &Store<T>, found: KeyValue) -> Result<Self> {
        let opened = store
            .format
            .open(&found.key, found.value.into())
            .await
            .map_err(InternalError::new)?;
        Ok(Self {
            object: Some(store.format.decode(&opened.plain, found.revision)?),
            plain: opened.plain,
            version: found.revision,
            stale: opened.stale,
            is_current: true,
        })
    }

    /// Nothing was found.
    pub(super) fn absent() -> Self {
        Self {
            object: None,
            plain: Data::new(),
            version: ResourceVersion::UNSET,
            stale: false,
            is_current: true,
        }
    }

    /// What was found for an update, which may allow the object to be missing.
    pub(super) async fn to_update(
        store: &Store<T>,
        key: &str,
        options: &UpdateOptions<T>,
        found: Option<KeyValue>,
    ) -> Result<Self> {
        match found {
            Some(found) => Self::found(store, found).await,
            None if options.ignore_not_found => Ok(Self::absent()),
            None => Err(StorageError::not_found(key).into()),
        }
    }
}
