//! AES-GCM, with three ways to make a nonce that is used once (backend §7.5).

mod cipher;
mod counting;
mod deriving;

use std::fmt;

use self::cipher::Cipher;
use super::{Context, Data, Error, KeyError, Local, Opened, random::random};

pub use self::{counting::CountingAesGcm, deriving::DerivingAesGcm};

/// AES-GCM with a random nonce and the full key as authenticated data.
///
/// Stored: nonce (12 bytes), ciphertext, tag (16 bytes). One secret may write at most 2^32 values.
pub struct AesGcm(Cipher);

impl AesGcm {
    /// What a value needs besides its own bytes.
    #[cfg(feature = "kms")]
    pub(in crate::value) const OVERHEAD: usize = cipher::NONCE + cipher::TAG;

    /// A transformer with a secret of 16, 24 or 32 bytes. 24 are about a quarter as fast as the others: see `Cipher`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Aes`] for any other length.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        Cipher::new(secret).map(Self)
    }
}

impl Local for AesGcm {
    fn open(&self, stored: Data, context: Context<'_>) -> Result<Opened, Error> {
        self.0.open(stored, context)
    }

    fn seal(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        self.0.seal(random()?, plain, context, stored)
    }
}

impl fmt::Debug for AesGcm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AesGcm")
    }
}

#[cfg(test)]
mod tests;
