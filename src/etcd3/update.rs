use std::time::Duration;

use crate::storage::{Object, ResponseMeta, Result, TryUpdate, Update, UpdateOptions};

use super::{Store, request::Outcome, state::State, version};

impl<T: Object> Store<T> {
    /// Store §3.6. What the caller suggests is never believed when it says that something is wrong, or that nothing is to
    /// be done: both are checked against etcd first.
    pub(super) async fn update_object(
        &self,
        key: &str,
        options: UpdateOptions<T>,
        update: &mut dyn TryUpdate<T>,
    ) -> Result<T> {
        let key = self.keys.prepare(key, false)?;
        let missing_is_fine = options.ignore_not_found;
        let mut state = match self.suggested(options.suggestion)? {
            Some(suggested) => suggested,
            None => self.read_state(&key, missing_is_fine).await?,
        };
        loop {
            if let Some(preconditions) = &options.preconditions
                && let Err(error) = preconditions.check(&key, state.object.as_ref())
            {
                if state.current {
                    return Err(error);
                }
                state = self.read_state(&key, missing_is_fine).await?;
                continue;
            }
            let meta = ResponseMeta {
                resource_version: version(state.revision),
                ttl: Duration::ZERO,
            };
            let Update { mut object, ttl } =
                match update.try_update(state.object.take(), meta).await {
                    Ok(updated) => updated,
                    Err(error) if state.current => return Err(error),
                    Err(error) => {
                        let refused = state.revision;
                        state = self.read_state(&key, missing_is_fine).await?;
                        if state.revision == refused {
                            return Err(error);
                        }
                        continue;
                    }
                };
            object.prepare_for_storage();
            let plain = self.values.encode(&object)?;
            if unchanged(&state, &plain) {
                if !state.current {
                    state = self.read_state(&key, missing_is_fine).await?;
                    if state.data != plain {
                        continue;
                    }
                }
                if !state.stale {
                    return Ok(self.values.decode(&state.data, state.revision)?);
                }
            }
            let stored = self.values.seal(&key, &plain).await?;
            let lease = self.leases.get(&self.client, ttl).await?;
            let write = self
                .client
                .put_if(&key, stored, lease, state.revision, true);
            match self.values.reading_back(&plain, write).await? {
                (Outcome::Done(revision), written) => {
                    return Ok(self.values.at(written, revision)?);
                }
                (Outcome::Lost(found), _) => {
                    state = self.state_of(&key, found, missing_is_fine).await?;
                }
            }
        }
    }
}

/// Whether a write would store the very bytes that are there.
fn unchanged<T>(state: &State<T>, plain: &[u8]) -> bool {
    state.revision != 0 && !state.stale && state.data == plain
}
