use std::sync::Arc;

use super::source::Kind;
use crate::value::{
    AesGcm, Context, CountingAesGcm, Data, DerivingAesGcm, Error, KeyError, Local, Opened, Secret,
    random::random,
};

/// What a data key source becomes once it is decrypted.
#[derive(Clone)]
pub(super) struct DataKey {
    transformer: Arc<dyn Local>,
    overhead: usize,
}

impl DataKey {
    /// Of a source that somebody else made: for reading, since what it has written with nobody knows.
    pub(super) fn decrypted(kind: Kind, secret: &Secret) -> Result<Self, KeyError> {
        let secret = secret.expose();
        Ok(match kind {
            Kind::Key => Self::of(AesGcm::new(secret)?, AesGcm::OVERHEAD),
            Kind::Seed => Self::of(DerivingAesGcm::new(secret)?, DerivingAesGcm::OVERHEAD),
        })
    }

    /// A new one, and what the plugin is to encrypt.
    pub(super) fn generate(kind: Kind) -> Result<(Self, Secret), Error> {
        match kind {
            Kind::Key => {
                let (transformer, secret) = CountingAesGcm::generate()?;
                Ok((Self::of(transformer, AesGcm::OVERHEAD), secret))
            }
            Kind::Seed => {
                let seed = Secret::from(random::<32>()?.to_vec());
                Ok((Self::decrypted(kind, &seed)?, seed))
            }
        }
    }

    fn of(transformer: impl Local + 'static, overhead: usize) -> Self {
        Self {
            transformer: Arc::new(transformer),
            overhead,
        }
    }

    /// How long a value will be.
    pub(super) fn length(&self, plain: &[u8]) -> usize {
        plain.len() + self.overhead
    }
}

impl Local for DataKey {
    fn open(&self, stored: Data, context: Context<'_>) -> Result<Opened, Error> {
        self.transformer.open(stored, context)
    }

    fn seal(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        self.transformer.seal(plain, context, stored)
    }
}
