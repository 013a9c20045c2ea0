use std::{pin::pin, time::Duration};

use crate::{
    storage::{Object, ResponseMeta, Result, TryUpdate, Update, UpdateOptions},
    telemetry::{
        metrics::RequestKind,
        trace::{DECODE, ENCODE, Operation, TO_STORAGE, TXN_OF_UPDATE},
    },
};

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
        let prepared = self.keys.prepare(key, false)?;
        let operation = self.write_begins("GuaranteedUpdate etcd3", key);
        let update = self.update_at(prepared, options, update, &operation);
        operation.run(pin!(update)).await
    }

    async fn update_at(
        &self,
        key: String,
        options: UpdateOptions<T>,
        update: &mut dyn TryUpdate<T>,
        operation: &Operation,
    ) -> Result<T> {
        let missing_is_fine = options.ignore_not_found;
        let mut state = match self.suggested(options.suggestion)? {
            Some(suggested) => suggested,
            None => self.read_state(&key, missing_is_fine).await?,
        };
        operation.event("initial value restored");
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
            operation.event("About to Encode");
            let encoded = self.values.encode(&object);
            operation.step_of(ENCODE, &encoded, encoded.as_ref().ok().map(Vec::len));
            let plain = encoded?;
            if unchanged(&state, &plain) {
                if !state.current {
                    state = self.read_state(&key, missing_is_fine).await?;
                    if state.data != plain {
                        continue;
                    }
                }
                if !state.stale {
                    let decoded = self.values.decode(&state.data, state.revision);
                    operation.step_of(DECODE, &decoded, Some(state.data.len()));
                    return Ok(decoded?);
                }
            }
            let stored = self.values.seal(&key, &plain).await;
            operation.step(TO_STORAGE, &stored);
            let stored = stored?;
            let lease = self.leases.get(&self.client, ttl).await?;
            operation.event("Transaction prepared");
            let write = self
                .client
                .put_if(&key, stored, lease, state.revision, true);
            let write = pin!(write);
            let write = self.metrics.request(RequestKind::Update, write);
            let written = self.values.reading_back(&plain, write).await;
            operation.step(TXN_OF_UPDATE, &written);
            let (outcome, decoded) = written?;
            operation.event("Transaction committed");
            match outcome {
                Outcome::Done(revision) => {
                    let updated = self.values.at(decoded, revision);
                    operation.step_of(DECODE, &updated, Some(plain.len()));
                    return Ok(updated?);
                }
                Outcome::Lost(found) => {
                    state = self.state_of(&key, found, missing_is_fine).await?;
                    operation.event("Retry value restored");
                }
            }
        }
    }
}

/// Whether a write would store the very bytes that are there.
fn unchanged<T>(state: &State<T>, plain: &[u8]) -> bool {
    state.revision != 0 && !state.stale && state.data == plain
}
