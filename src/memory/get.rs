use super::Store;
use crate::storage::{
    GetOptions, InternalError, Object, ResourceVersion, Result, StorageError, bad_request,
    resource_version_too_large,
};

/// Store §2.3.1: the latest state, once the bound has been verified. A wrong bound is found before a missing object.
pub(super) async fn get<T: Object>(
    store: &Store<T>,
    key: &str,
    options: &GetOptions,
) -> Result<Option<T>> {
    let key = store.keys.prepare(key, false)?;
    let bound = ResourceVersion::parse(&options.resource_version)
        .map_err(|cause| bad_request(format!("invalid resource version: {cause}")))?;
    let (current, found) = store.latest(&key);
    if bound > current {
        return Err(resource_version_too_large(bound, current, 0).into());
    }
    let Some(found) = found else {
        return if options.ignore_not_found {
            Ok(None)
        } else {
            Err(StorageError::not_found(key).into())
        };
    };
    let opened = store
        .format
        .open(&key, found.value)
        .await
        .map_err(InternalError::new)?;
    store.format.decode(&opened.plain, found.revision).map(Some)
}
