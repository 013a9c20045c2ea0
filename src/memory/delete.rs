use super::{KeyValue, Store, state::State};
use crate::storage::{DeleteOptions, Object, Result, StorageError, ValidateDeletion};

/// Store §3.5. Conditions and validation are asked about exactly the version that is deleted.
pub(super) async fn delete<T: Object>(
    store: &Store<T>,
    key: &str,
    mut options: DeleteOptions<T>,
    validate: &mut dyn ValidateDeletion<T>,
) -> Result<Option<T>> {
    let key = store.keys.prepare(key, false)?;
    options.expect_transform_or_decode_error &= store.allows_unsafe_deletion();
    let suggestion = options
        .suggestion
        .take()
        .filter(|_| !options.expect_transform_or_decode_error);
    let read = async || {
        let (_, found) = store.latest(&key);
        to_delete(store, &key, &options, found).await
    };
    let mut state = match State::suggested(store, suggestion)? {
        Some(state) => state,
        None => read().await?,
    };
    loop {
        if let Err(error) = allowed(&key, &options, &state, validate).await {
            if state.is_current {
                return Err(error);
            }
            let fresh = read().await?;
            if fresh.version == state.version {
                return Err(error);
            }
            state = fresh;
            continue;
        }
        match store.delete_if(&key, state.version) {
            Ok(_) if options.expect_transform_or_decode_error => return Ok(None),
            Ok(version) => return store.format.decode(&state.plain, version).map(Some),
            Err(found) => state = to_delete(store, &key, &options, found).await?,
        }
    }
}

async fn allowed<T: Object>(
    key: &str,
    options: &DeleteOptions<T>,
    state: &State<T>,
    validate: &mut dyn ValidateDeletion<T>,
) -> Result<()> {
    let object = state.object.as_ref();
    if let Some(preconditions) = &options.preconditions {
        if object.is_none() {
            return Err(preconditions.unenforceable());
        }
        preconditions.check(key, object)?;
    }
    validate.validate(object).await
}

async fn to_delete<T: Object>(
    store: &Store<T>,
    key: &str,
    options: &DeleteOptions<T>,
    found: Option<KeyValue>,
) -> Result<State<T>> {
    let Some(found) = found else {
        return Err(StorageError::not_found(key).into());
    };
    if !options.expect_transform_or_decode_error {
        return State::found(store, found).await;
    }
    let version = found.revision;
    match State::found(store, found).await {
        Ok(_) => Err(StorageError::invalid_object(
            key,
            "unsafe deletion is not allowed because the object is decodable from storage",
        )
        .into()),
        Err(error) if error.is_corrupt_object() => Ok(State {
            version,
            ..State::absent()
        }),
        Err(error) => Err(error),
    }
}
