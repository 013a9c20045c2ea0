use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use bytes::Bytes;

use super::{InternalError, Object, ResourceVersion, Result};
use crate::{
    codec::{self, Codec},
    value::{self, Context, Data, Opened, Transformer},
};

/// How objects become stored bytes, and stored bytes objects: the codec, and behind it the transformer, bound to the full
/// key. Every store needs one; this is the plainest.
pub struct Format<T> {
    codec: Arc<dyn Codec<T>>,
    transformer: RwLock<Arc<dyn Transformer>>,
    /// Whether what cannot be read is marked as corrupt (store §3.11).
    marks: bool,
}

impl<T: Object> Format<T> {
    /// A format that marks what cannot be read as corrupt.
    pub fn new(codec: Arc<dyn Codec<T>>, transformer: Arc<dyn Transformer>) -> Self {
        Self {
            codec,
            transformer: RwLock::new(transformer),
            marks: true,
        }
    }

    /// The same format that marks what cannot be read as corrupt, or does not: the mark is for stores that allow unsafe
    /// deletion (store §3.11).
    #[must_use]
    pub fn marking(&self, marks: bool) -> Self {
        Self {
            codec: Arc::clone(&self.codec),
            transformer: RwLock::new(self.transformer()),
            marks,
        }
    }

    /// Whether what cannot be read is marked as corrupt.
    pub fn marks(&self) -> bool {
        self.marks
    }

    /// Reads and writes with another transformer from now on.
    pub fn set_transformer(&self, transformer: Arc<dyn Transformer>) {
        *self
            .transformer
            .write()
            .unwrap_or_else(PoisonError::into_inner) = transformer;
    }

    fn transformer(&self) -> Arc<dyn Transformer> {
        Arc::clone(
            &self
                .transformer
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The plain bytes of an object, without what is never stored.
    ///
    /// # Errors
    ///
    /// The codec's.
    pub fn encode(&self, object: &T) -> Result<Bytes> {
        let mut object = Cow::Borrowed(object);
        if !object.is_prepared_for_storage() {
            object.to_mut().prepare_for_storage();
        }
        let mut plain = Vec::new();
        self.codec.encode(&object, &mut plain)?;
        Ok(plain.into())
    }

    /// The object in plain bytes, at the version it was stored at.
    ///
    /// # Errors
    ///
    /// The codec's.
    pub fn decode(&self, plain: &[u8], version: ResourceVersion) -> Result<T> {
        let decoded = codec::decode(&*self.codec, plain);
        let mut object = decoded.map_err(|cause| {
            if self.marks {
                cause.mark_corrupt(version)
            } else {
                cause
            }
        })?;
        object.set_resource_version(version);
        Ok(object)
    }

    /// What is stored for plain bytes at a full key.
    ///
    /// # Errors
    ///
    /// Internal, where the transformer fails.
    pub async fn close(&self, key: &str, plain: &[u8]) -> Result<Bytes> {
        let mut stored = Vec::new();
        self.transformer()
            .to_storage(plain, Context::of_key(key), &mut stored)
            .await
            .map_err(InternalError::new)?;
        Ok(stored.into())
    }

    /// The object that is stored at a full key.
    ///
    /// # Errors
    ///
    /// Internal where the transformer fails, or the codec's own.
    pub async fn read(&self, key: &str, stored: Data, version: ResourceVersion) -> Result<T> {
        let opened = self.open(key, stored).await.map_err(InternalError::new)?;
        self.decode(&opened.plain, version)
    }

    /// The same for an item of a list, whose error names the key.
    ///
    /// # Errors
    ///
    /// As for [`Format::read`].
    pub async fn read_item(&self, key: &str, stored: Data, version: ResourceVersion) -> Result<T> {
        let opened = self.open(key, stored).await;
        let opened = opened.map_err(|cause| InternalError::transforming(key, cause))?;
        self.decode(&opened.plain, version)
    }

    /// The plain bytes of what is stored at a full key, and whether they would be stored differently now.
    ///
    /// # Errors
    ///
    /// The transformer's own.
    pub async fn open(&self, key: &str, stored: Data) -> Result<Opened, value::Error> {
        let opened = value::from_storage(&*self.transformer(), stored, Context::of_key(key)).await;
        opened.map_err(|cause| {
            if self.marks {
                cause.mark_corrupt()
            } else {
                cause
            }
        })
    }
}

impl<T> fmt::Debug for Format<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Format")
    }
}
