use super::{Store, state::State};
use crate::storage::{Object, ResponseMeta, Result, TryUpdate, UpdateOptions};

/// Store §3.6.
///
/// Whatever goes wrong with a suggestion is tried again with what is stored: only that may fail the call, and only that
/// may turn it into doing nothing.
pub(super) async fn guaranteed_update<T: Object>(
    store: &Store<T>,
    key: &str,
    mut options: UpdateOptions<T>,
    update: &mut dyn TryUpdate<T>,
) -> Result<T> {
    let key = store.keys.prepare(key, false)?;
    let suggestion = options.suggestion.take();
    let read = async || {
        let (_, found) = store.latest(&key);
        State::to_update(store, &key, &options, found).await
    };
    let mut state = match State::suggested(store, suggestion)? {
        Some(state) => state,
        None => read().await?,
    };
    loop {
        if let Some(preconditions) = &options.preconditions
            && let Err(error) = preconditions.check(&key, state.object.as_ref())
        {
            if state.is_current {
                return Err(error);
            }
            state = read().await?;
            continue;
        }

        let meta = ResponseMeta {
            resource_version: state.version,
            ..ResponseMeta::default()
        };
        let wanted = match update.try_update(state.object.take(), meta).await {
            Ok(wanted) => wanted,
            Err(error) if state.is_current => return Err(error),
            Err(error) => {
                let fresh = read().await?;
                if fresh.version == state.version {
                    return Err(error);
                }
                state = fresh;
                continue;
            }
        };

        let plain = store.format.encode(&wanted.object)?;
        if state.plain == plain {
            if !state.is_current {
                state = read().await?;
                if state.plain != plain {
                    continue;
                }
            }
            if !state.stale {
                return store.format.decode(&state.plain, state.version);
            }
        }

        let stored = store.format.close(&key, &plain).await?;
        match store.put_if(&key, state.version, stored, wanted.ttl, true) {
            Ok(version) => return store.format.decode(&plain, version),
            Err(found) => state = State::to_update(store, &key, &options, found).await?,
        }
    }
}
