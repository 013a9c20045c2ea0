use crate::{
    storage::{Error, InternalError, Object, Result, StorageError},
    telemetry::metrics::RequestKind,
    value::Data,
};

use super::{KeyValue, Store};

/// What a conditional write starts from (store §3.5).
pub(super) struct State<T> {
    /// The object; `None` where there is none, or where it cannot be read and that was expected.
    pub(super) object: Option<T>,
    /// The revision that the write is conditional on; zero where there is no object.
    pub(super) revision: i64,
    /// The plain bytes.
    pub(super) data: Data,
    /// Whether the bytes would be stored differently now.
    pub(super) stale: bool,
    /// Whether this came from etcd just now, rather than from the caller.
    pub(super) current: bool,
}

impl<T: Object> Store<T> {
    /// Takes the caller's word for it. `None` where the suggestion carries no version: it then says nothing about what is
    /// stored (QUIRK (a): such a suggestion is as good as none).
    pub(super) fn suggested(&self, suggestion: Option<T>) -> Result<Option<State<T>>> {
        let Some(mut object) = suggestion else {
            return Ok(None);
        };
        let found = object
            .resource_version()
            .map_err(|cause| Error::Plain(format!("couldn't get resource version: {cause}")))?;
        let Some(revision) = i64::try_from(found.get())
            .ok()
            .filter(|revision| *revision != 0)
        else {
            return Ok(None);
        };
        let metadata = object.metadata_mut();
        let version_field = metadata.resource_version.take();
        let link = metadata.self_link.take();
        let data = self.values.encode(&object)?;
        let metadata = object.metadata_mut();
        metadata.resource_version = version_field;
        metadata.self_link = link;
        Ok(Some(State {
            object: Some(object),
            revision,
            data: data.into(),
            stale: false,
            current: false,
        }))
    }

    /// Reads what an update starts from. Without quorum it may be of before: then the write finds that out.
    pub(super) async fn read_state(&self, key: &str, missing_is_fine: bool) -> Result<State<T>> {
        let read = self.client.get(key, 0, self.serializable_gets);
        let answer = self.metrics.request(RequestKind::Get, read).await?;
        self.state_of(key, answer.found, missing_is_fine).await
    }

    /// The state that an answer of etcd's shows.
    pub(super) async fn state_of(
        &self,
        key: &str,
        found: Option<KeyValue>,
        missing_is_fine: bool,
    ) -> Result<State<T>> {
        let Some(found) = found else {
            if !missing_is_fine {
                return Err(StorageError::not_found(key).into());
            }
            return Ok(State {
                object: None,
                revision: 0,
                data: Data::new(),
                stale: false,
                current: true,
            });
        };
        let opened = self
            .values
            .open(key.as_bytes(), found.value)
            .await
            .map_err(InternalError::new)?;
        Ok(State {
            object: Some(self.values.decode(&opened.plain, found.mod_revision)?),
            revision: found.mod_revision,
            data: opened.plain,
            stale: opened.stale,
            current: true,
        })
    }
}
