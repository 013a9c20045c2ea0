use crate::storage::{
    GetOptions, InternalError, Object, ResourceVersion, Result, StorageError, bad_request,
    resource_version_too_large,
};

use super::{Store, version};

impl<T: Object> Store<T> {
    /// Of several errors the first of these wins: the key, the version's grammar, a version in the future, no object
    /// (store §6.2/12).
    pub(super) async fn get_object(&self, key: &str, options: &GetOptions) -> Result<Option<T>> {
        let key = self.keys.prepare(key, false)?;
        let bound = parse_bound(&options.resource_version)?;
        let answer = self.client.get(&key, 0, self.serializable_gets).await?;
        check_bound(bound, answer.revision)?;
        let Some(found) = answer.found else {
            if options.ignore_not_found {
                return Ok(None);
            }
            return Err(StorageError::not_found(key).into());
        };
        let opened = self
            .values
            .open(key.as_bytes(), found.value)
            .await
            .map_err(InternalError::new)?;
        Ok(Some(self.values.decode(&opened.plain, found.mod_revision)?))
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
