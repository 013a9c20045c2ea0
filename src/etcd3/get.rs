use std::pin::pin;

use crate::{
    storage::{
        GetOptions, InternalError, Object, ResourceVersion, Result, StorageError, bad_request,
        resource_version_too_large,
    },
    telemetry::{
        metrics::RequestKind,
        trace::{DECODE, FROM_STORAGE, GET, Operation},
    },
};

use super::{Store, version};

impl<T: Object> Store<T> {
    /// Of several errors the first of these wins: the key, the version's grammar, a version in the future, no object
    /// (store §6.2/12).
    pub(super) async fn get_object(&self, key: &str, options: &GetOptions) -> Result<Option<T>> {
        let prepared = self.keys.prepare(key, false)?;
        let operation = self.read_begins("Get etcd3", key);
        let reading = pin!(self.get_at(prepared, options, &operation));
        operation.run(reading).await
    }

    async fn get_at(
        &self,
        key: String,
        options: &GetOptions,
        operation: &Operation,
    ) -> Result<Option<T>> {
        let bound = parse_bound(&options.resource_version)?;
        let read = pin!(self.client.get(&key, 0, self.serializable_gets));
        let answer = self.metrics.request(RequestKind::Get, read).await;
        operation.step(GET, &answer);
        let answer = answer?;
        check_bound(bound, answer.revision)?;
        let Some(found) = answer.found else {
            if options.ignore_not_found {
                return Ok(None);
            }
            return Err(StorageError::not_found(&*key).into());
        };
        let opened = self.values.open(key.as_bytes(), found.value).await;
        operation.step(FROM_STORAGE, &opened);
        let plain = opened.map_err(InternalError::new)?.plain;
        let decoded = self.values.decode(&plain, found.mod_revision);
        operation.step_of(DECODE, &decoded, Some(plain.len()));
        Ok(Some(decoded?))
    }
}

fn parse_bound(text: &str) -> Result<ResourceVersion> {
    ResourceVersion::parse(text)
        .map_err(|cause| bad_request(format!("invalid resource version: {cause}")).into())
}

/// Refuses an answer that is older than what was asked for.
pub(super) fn check_bound(not_older_than: ResourceVersion, revision: i64) -> Result<()> {
    let current = version(revision);
    if not_older_than > current {
        return Err(resource_version_too_large(not_older_than, current, 0).into());
    }
    Ok(())
}
