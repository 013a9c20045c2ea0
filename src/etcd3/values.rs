use std::sync::Arc;

use futures::future;
use tokio::task::yield_now;

use crate::{
    codec::{self, Codec},
    storage::{Error, InternalError, Object},
    telemetry::metrics::StoreMetrics,
    value::{self, Context, Opened, Transformer},
};

use super::version;

/// Room for the bytes of most objects, so that they need not move while they are written.
const ROOM: usize = 2048;

/// Turns objects into what etcd holds, and back: the codec, then the transformer bound to the full key.
pub(super) struct Values<T> {
    codec: Arc<dyn Codec<T>>,
    transformer: Arc<dyn Transformer>,
    /// Whether what cannot be read is marked as corrupt (store §3.11).
    marks: bool,
    /// What losses are counted in.
    metrics: Option<Arc<StoreMetrics>>,
}

impl<T: Object> Values<T> {
    pub(super) fn new(
        codec: Arc<dyn Codec<T>>,
        transformer: Arc<dyn Transformer>,
        marks: bool,
    ) -> Self {
        Self {
            codec,
            transformer,
            marks,
            metrics: None,
        }
    }

    /// The same, with what cannot be decoded counted.
    pub(super) fn counted(mut self, metrics: Arc<StoreMetrics>) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// The bytes of an object without what is never stored. The caller's object is left as it is.
    pub(super) fn encode(&self, object: &T) -> Result<Vec<u8>, codec::Error> {
        let mut bytes = Vec::with_capacity(ROOM);
        if object.is_prepared_for_storage() {
            self.codec.encode(object, &mut bytes)?;
        } else {
            let mut prepared = object.clone();
            prepared.prepare_for_storage();
            self.codec.encode(&prepared, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// The object in plain bytes, at a revision.
    pub(super) fn decode(&self, plain: &[u8], revision: i64) -> Result<T, codec::Error> {
        self.at(codec::decode(&*self.codec, plain), revision)
    }

    /// What was decoded, at a revision.
    pub(super) fn at(
        &self,
        decoded: Result<T, codec::Error>,
        revision: i64,
    ) -> Result<T, codec::Error> {
        let revision = version(revision);
        let mut object = decoded.map_err(|cause| {
            if let Some(metrics) = &self.metrics {
                metrics.decode_error();
            }
            if self.marks {
                cause.mark_corrupt(revision)
            } else {
                cause
            }
        })?;
        object.set_resource_version(revision);
        Ok(object)
    }

    /// Writes, and decodes what is being written while the answer is on its way: where the write is lost, for nothing.
    pub(super) async fn reading_back<O, E>(
        &self,
        plain: &[u8],
        write: impl Future<Output = Result<O, E>>,
    ) -> Result<(O, Result<T, codec::Error>), E> {
        let decoded = async {
            // The request has to be on its way first.
            yield_now().await;
            codec::decode(&*self.codec, plain)
        };
        let (outcome, decoded) = future::join(write, decoded).await;
        Ok((outcome?, decoded))
    }

    /// What is stored for plain bytes at a full key.
    pub(super) async fn seal(&self, key: &str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let mut stored = Vec::new();
        self.transformer
            .to_storage(plain, Context::of_key(key), &mut stored)
            .await
            .map_err(InternalError::new)?;
        Ok(stored)
    }

    /// The plain bytes of what is stored at a full key.
    pub(super) async fn open(&self, key: &[u8], stored: Vec<u8>) -> Result<Opened, value::Error> {
        let opened =
            value::from_storage(&*self.transformer, stored.into(), Context::of_key(key)).await;
        opened.map_err(|cause| {
            if self.marks {
                cause.mark_corrupt()
            } else {
                cause
            }
        })
    }
}
