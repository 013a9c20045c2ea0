use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures::FutureExt;
use lru::LruCache;

use super::{Service, framing};
use crate::value::{
    AesCbc, AesGcm, Context, Data, Error, Eventually, KeyError, Local, Opened, Secret, Transformer,
    kms::{
        self, Direction, Observer,
        observer::{generated, nobody},
    },
    random::random,
};

const BLOCK: usize = 16;

/// Encrypts each value with a data key of its own, which a plugin of the first version encrypts (backend §7.7).
///
/// Stored: length of the encrypted data key (2 bytes, most significant first), the encrypted data key, the value as
/// [`AesGcm`] writes it. A write asks the plugin once; a read asks it unless the data key is remembered.
///
/// Before 1.25 API servers wrote [`AesCbc`] behind the data key. Since that authenticates nothing, about one in 256 values
/// that were tampered with would be read as garbage if it were tried wherever AES-GCM fails. So such values are refused,
/// with a hint, until [`reading_older`](Self::reading_older) says that there are some; then they are stale. (The Go
/// implementation always tries both: backend §9.6, row 81.)
pub struct KmsV1 {
    service: Arc<dyn Service>,
    keys: Option<Mutex<LruCache<Bytes, Arc<DataKey>>>>,
    reads_older: bool,
    observer: Arc<dyn Observer>,
}

struct DataKey {
    now: AesGcm,
    before: AesCbc,
}

impl DataKey {
    fn new(secret: &Secret) -> Result<Self, KeyError> {
        Ok(Self {
            now: AesGcm::new(secret.expose())?,
            before: AesCbc::new(secret.expose())?,
        })
    }
}

impl KmsV1 {
    /// A transformer that remembers up to `remembered` data keys, those that were not used for longest forgotten first. With
    /// none, every read asks the plugin.
    pub fn new(service: Arc<dyn Service>, remembered: usize) -> Self {
        Self {
            service,
            keys: NonZeroUsize::new(remembered).map(|size| Mutex::new(LruCache::new(size))),
            reads_older: false,
            observer: nobody(),
        }
    }

    /// The same, but it reads values from before 1.25 too. For as long as there are any.
    #[must_use]
    pub fn reading_older(mut self) -> Self {
        self.reads_older = true;
        self
    }

    /// The same, with somebody who is told what it does.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    fn remembered(&self, encrypted: &[u8]) -> Option<Arc<DataKey>> {
        let mut keys = self
            .keys
            .as_ref()?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        keys.get(encrypted).cloned()
    }

    fn remember(&self, encrypted: &Bytes, key: &Arc<DataKey>) {
        if let Some(keys) = &self.keys {
            // Not the value's own bytes: they would be kept whole for the sake of the key in front.
            let encrypted = Bytes::copy_from_slice(encrypted);
            let mut keys = keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.put(encrypted, key.clone());
            let part = keys.len() as f64 / keys.cap().get() as f64;
            self.observer.filled(part);
        }
    }

    async fn ask_for_key(&self, encrypted: Bytes) -> Result<Arc<DataKey>, Error> {
        if self.keys.is_some() {
            self.observer.missed();
        }
        let secret = self.service.decrypt(encrypted.clone()).await?;
        let key = Arc::new(DataKey::new(&secret).map_err(kms::Error::from)?);
        self.remember(&encrypted, &key);
        Ok(key)
    }

    fn open(&self, key: &DataKey, mut value: Data, context: Context<'_>) -> Result<Opened, Error> {
        let in_blocks = value.len() >= 2 * BLOCK && value.len().is_multiple_of(BLOCK);
        if !in_blocks {
            return key.now.open(value, context);
        }
        // Shared, since a value that does not authenticate is lost where it was decrypted.
        key.now.open(value.share(), context).or_else(|refused| {
            match key.before.open(value, context) {
                Ok(opened) if self.reads_older => Ok(Opened {
                    stale: true,
                    ..opened
                }),
                // It may be sound: that must not look like damage.
                Ok(_) => Err(kms::Error::Older.into()),
                Err(error) if self.reads_older => Err(Error::Several(vec![refused, error])),
                Err(_) => Err(refused),
            }
        })
    }

    async fn write(
        &self,
        plain: &[u8],
        context: Context<'_>,
        stored: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.observer.arrived(Direction::ToStorage);
        let made = generated(&*self.observer, random::<32>)?;
        let secret = Secret::from(made.to_vec());
        let key = Arc::new(DataKey::new(&secret)?);
        let encrypted = self.service.encrypt(&secret).await?;
        stored.reserve(2 + encrypted.len() + plain.len() + AesGcm::OVERHEAD);
        framing::begin(stored, &encrypted)?;
        self.remember(&encrypted, &key);
        key.now.seal(plain, context, stored)
    }
}

impl Transformer for KmsV1 {
    fn from_storage<'a>(
        &'a self,
        mut stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        self.observer.arrived(Direction::FromStorage);
        let (encrypted, start) = match framing::key(&stored) {
            Ok(found) => found,
            Err(error) => return Eventually::now(Err(error.into())),
        };
        if let Some(key) = self.remembered(encrypted) {
            stored.advance(start);
            return Eventually::now(self.open(&key, stored, context));
        }
        // A copy: the value is to be decrypted where it lies, and the key in front is to be kept without it.
        let encrypted = Bytes::copy_from_slice(encrypted);
        stored.advance(start);
        Eventually::Later(
            async move {
                let key = self.ask_for_key(encrypted).await?;
                self.open(&key, stored, context)
            }
            .boxed(),
        )
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        Eventually::Later(self.write(plain, context, stored).boxed())
    }
}

impl fmt::Debug for KmsV1 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KmsV1")
    }
}
