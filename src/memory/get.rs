use super::Store;
use crate::storage::{GetOptions, Object, Result, StorageError, resource_version_too_large};

/// Store §2.3.1: the latest state, once the bound has been verified. A wrong bound is found before a missing object.
pub(super) async fn get<T: Object>(
    store: &Store<T>,
    key: &str,
    options: &GetOptions,
) -> Result<Option<T>> {
    let key = store.keys.prepare(key, false)?;
    let bound = options.not_older_than()?;
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
    let object = store
        .format
        .read(&key, found.value.into(), found.revision)
        .await?;
    Ok(Some(object))
}
