use crate::{
    storage::{Error, Object, ResourceVersion, Result, Stats},
    telemetry::metrics::RequestKind,
};

use super::{Store, version};

impl<T: Object> Store<T> {
    /// Store §3.9.
    pub(super) async fn collect_stats(&self) -> Result<Stats> {
        let Some(keys) = self.sizes.keys() else {
            let prefix = self.keys.prepare(self.keys.resource_prefix(), true)?;
            return Ok(Stats {
                object_count: self
                    .metrics
                    .request(RequestKind::ListWithCount, self.client.count(&prefix))
                    .await?,
                estimated_average_object_size_bytes: 0,
            });
        };
        let keys = keys().await?;
        Ok(Stats {
            object_count: i64::try_from(keys.len()).unwrap_or(i64::MAX),
            estimated_average_object_size_bytes: self.sizes.average(keys, self.keys.path_prefix()),
        })
    }

    /// The revision of the whole store, writes to other resources included (store §3.10).
    pub(super) async fn current_version(&self) -> Result<ResourceVersion> {
        let key = self.keys.prepare(self.keys.resource_prefix(), false)?;
        let read = self.client.get(&key, 0, false);
        let answer = self
            .metrics
            .request(RequestKind::CurrentResourceVersion, read)
            .await?;
        let current = version(answer.revision);
        if current.is_unset() {
            return Err(Error::Plain(
                "the current resource version must be greater than 0".to_owned(),
            ));
        }
        Ok(current)
    }
}
