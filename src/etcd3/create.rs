use std::{pin::pin, time::Duration};

use crate::{
    storage::{Error, Object, Result, StorageError},
    telemetry::{
        metrics::RequestKind,
        trace::{DECODE, ENCODE, Operation, TO_STORAGE, TXN},
    },
};

use super::{Store, request::Outcome};

impl<T: Object> Store<T> {
    /// Store §3.4. A version that is none is as good as no version: it is not stored (QUIRK (f): kept).
    pub(super) async fn create_object(
        &self,
        key: &str,
        object: &T,
        ttl: Option<Duration>,
    ) -> Result<T> {
        let prepared = self.keys.prepare(key, false)?;
        if object
            .resource_version()
            .is_ok_and(|found| !found.is_unset())
        {
            return Err(Error::ResourceVersionSet);
        }
        let operation = self.write_begins("Create etcd3", key);
        let creation = self.create_at(prepared, object, ttl, &operation);
        operation.run(pin!(creation)).await
    }

    async fn create_at(
        &self,
        key: String,
        object: &T,
        ttl: Option<Duration>,
        operation: &Operation,
    ) -> Result<T> {
        operation.event("About to Encode");
        let encoded = self.values.encode(object);
        operation.step_of(ENCODE, &encoded, encoded.as_ref().ok().map(Vec::len));
        let plain = encoded?;
        let lease = self.leases.get(&self.client, ttl).await?;
        let stored = self.values.seal(&key, &plain).await;
        operation.step(TO_STORAGE, &stored);
        let write = pin!(self.client.put_if(&key, stored?, lease, 0, false));
        let write = self.metrics.request(RequestKind::Create, write);
        let written = self.values.reading_back(&plain, write).await;
        operation.step(TXN, &written);
        match written? {
            (Outcome::Done(revision), decoded) => {
                let created = self.values.at(decoded, revision);
                operation.step_of(DECODE, &created, Some(plain.len()));
                Ok(created?)
            }
            (Outcome::Lost(_), _) => Err(StorageError::exists(&*key).into()),
        }
    }
}
