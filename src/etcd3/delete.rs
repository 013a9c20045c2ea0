use crate::storage::{
    DeleteOptions, Error, InternalError, Object, Preconditions, Result, StorageError,
    ValidateDeletion,
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
            match self.client.delete_if(&key, state.revision).await? {
                Outcome::Done(revision) => {
                    return Ok(state.object.map(|mut object| {
                        object.prepare_for_storage();
                        object.set_resource_version(version(revision));
                        object
                    }));
                }
                Outcome::Lost(found) => state = self.doomed(&key, found, unreadable).await?,
            }
        }
    }

    async fn read_doomed(&self, key: &str, unreadable: bool) -> Result<State<T>> {
        let answer = self.client.get(key, 0, false).await?;
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
                data: bytes::Bytes::new(),
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
            return Err(InternalError::new(Error::Plain(format!(
                "can't enforce preconditions on the unreadable object at {key:?}"
            )))
            .into());
        }
        preconditions.check(key, state.object.as_ref())?;
    }
    validate.validate(state.object.as_ref()).await
}
