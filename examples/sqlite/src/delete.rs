use storeproof::storage::{DeleteOptions, Object, Result, StorageError, ValidateDeletion};

use crate::{SqliteStore, log::Entry};

/// Deletes an object that fulfils the conditions and passes the validation: exactly the state that did, and no other.
///
/// A suggestion is ignored, as by an update.
pub(crate) async fn delete<T: Object>(
    store: &SqliteStore<T>,
    key: &str,
    options: DeleteOptions<T>,
    validate: &mut dyn ValidateDeletion<T>,
) -> Result<Option<T>> {
    let key = store.keys.prepare(key, false)?;
    let unseen = options.expect_transform_or_decode_error && store.format.marks();
    let mut found = store.state(&key).await?;
    loop {
        let Some(entry) = found else {
            return Err(StorageError::not_found(key).into());
        };
        let revision = entry.revision;
        let object = read(store, entry, unseen).await?;
        if let Some(preconditions) = &options.preconditions {
            if object.is_none() {
                return Err(preconditions.unenforceable());
            }
            preconditions.check(&key, object.as_ref())?;
        }
        validate.validate(object.as_ref()).await?;
        match store.replace(&key, revision, None::<Vec<u8>>, None).await? {
            Ok(version) => {
                return Ok(object.map(|mut deleted| {
                    deleted.set_resource_version(version);
                    deleted
                }));
            }
            Err(instead) => found = instead,
        }
    }
}

/// The object; `None` for a corrupt one where it is to be deleted unseen, and then one that can be read is refused.
async fn read<T: Object>(store: &SqliteStore<T>, entry: Entry, unseen: bool) -> Result<Option<T>> {
    let Entry {
        key,
        revision,
        value,
    } = entry;
    match store.format.read(&key, value.into(), revision).await {
        Ok(_) if unseen => Err(StorageError::invalid_object(
            key,
            "unsafe deletion is not allowed because the object is decodable from storage",
        )
        .into()),
        Ok(object) => Ok(Some(object)),
        Err(error) if unseen && error.is_corrupt_object() => Ok(None),
        Err(error) => Err(error),
    }
}
