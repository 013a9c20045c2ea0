use std::pin::pin;

use crate::{
    storage::{DeleteOptions, Object, Preconditions, Result, StorageError, ValidateDeletion},
    telemetry::metrics::RequestKind,
    value::Data,
};

use super::{KeyValue, Store, request::Outcome, state::State, version};

impl<T: Object> Store<T> {
    /// Store §3.5. Preconditions and validation see the very revision that is deleted, however often it changes.
    pub(super) async fn delete_object(
        &self,
        key: &str,
        options: DeleteOptions<T>,
        validate: &mut dyn ValidateDeletion<T>,
    ) -> Result<Option<T>> {
        let key = self.keys.prepare(key, false)?;
        let unreadable = self.unsafe_deletion && options.expect_transform_or_decode_error;
        let suggestion = options.suggestion.filter(|_| !unreadable);
        let mut state = match self.suggested(suggestion)? {
            Some(suggested) => suggested,
            None => self.read_doomed(&key, unreadable).await?,
        };
        loop {
            let verdict = judge(&key, &options.preconditions, &state, validate).await;
            if let Err(error) = verdict {
                if state.current {
                    return Err(error);
                }
                let refused = state.revision;
                state = self.read_doomed(&key, unreadable).await?;
                if state.revision == refused {
                    return Err(error);
                }
                continue;
            }
            let deletion = pin!(self.client.delete_if(&key, state.revision));
            match self.metrics.request(RequestKind::Delete, deletion).await? {
                Outcome::Done(revision) => return self.deleted(state, revision),
                Outcome::Lost(found) => state = self.doomed(&key, found, unreadable).await?,
            }
        }
    }

    /// The last state, at the revision of the deletion. What came from the caller is what its bytes say, as if it had been
    /// read; where they say nothing, that is an error, and the object is gone all the same.
    fn deleted(&self, state: State<T>, revision: i64) -> Result<Option<T>> {
        if !state.current {
            return Ok(Some(self.values.decode(&state.data, revision)?));
        }
        Ok(state.object.map(|mut object| {
            object.set_resource_version(version(revision));
            object
        }))
    }

    async fn read_doomed(&self, key: &str, unreadable: bool) -> Result<State<T>> {
        let read = self.client.get(key, 0, false);
        let answer = self.metrics.request(RequestKind::Get, read).await?;
        self.doomed(key, answer.found, unreadable).await
    }

    /// The state of what is to be deleted. Where it is expected to be corrupt, a readable one is refused, and so is one
    /// that cannot be read for an outage.
    async fn doomed(
        &self,
        key: &str,
        found: Option<KeyValue>,
        unreadable: bool,
    ) -> Result<State<T>> {
        let revision = found.as_ref().map_or(0, |found| found.mod_revision);
        match self.state_of(key, found, false).await {
            Ok(_) if unreadable => Err(StorageError::invalid_object(
                key,
                "unsafe deletion is not allowed because the object is decodable from storage",
            )
            .into()),
            Err(error) if unreadable && error.is_corrupt_object() => Ok(State {
                object: None,
                revision,
                data: Data::new(),
                stale: true,
                current: true,
            }),
            read => read,
        }
    }
}

async fn judge<T: Object>(
    key: &str,
    preconditions: &Option<Preconditions>,
    state: &State<T>,
    validate: &mut dyn ValidateDeletion<T>,
) -> Result<()> {
    if let Some(preconditions) = preconditions {
        if state.object.is_none() {
            return Err(preconditions.unenforceable());
        }
        preconditions.check(key, state.object.as_ref())?;
    }
    validate.validate(state.object.as_ref()).await
}
