use aes_gcm::{AeadInOut, KeyInit, aead::consts::U12, aes::Aes192};
use ring::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::Prk,
};

use crate::value::{Context, Data, Error, KeyError, Opened, local::fresh};

pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

/// AES-GCM under one key, whatever its nonces are made of.
///
/// `ring` is four times as fast as the portable implementation and knows no keys of 24 bytes, so both are here.
#[expect(
    clippy::large_enum_variant,
    reason = "the fast one is derived anew for each value, which a box would cost an allocation"
)]
pub(super) enum Cipher {
    Fast(LessSafeKey),
    Portable(Box<aes_gcm::AesGcm<Aes192, U12>>),
}

impl Cipher {
    pub(super) fn new(secret: &[u8]) -> Result<Self, KeyError> {
        let refused = KeyError::Aes(secret.len());
        let algorithm = match secret.len() {
            16 => &AES_128_GCM,
            32 => &AES_256_GCM,
            _ => {
                let portable = KeyInit::new_from_slice(secret).map_err(|_| refused)?;
                return Ok(Self::Portable(Box::new(portable)));
            }
        };
        let key = UnboundKey::new(algorithm, secret).map_err(|_| refused)?;
        Ok(Self::Fast(LessSafeKey::new(key)))
    }

    /// The key that follows from another one and `info`: HKDF's second step, since the other one is random already.
    pub(super) fn derived(from: &Prk, info: &[u8]) -> Self {
        let info = [info];
        let key = from
            .expand(&info, &AES_256_GCM)
            .expect("32 bytes are less than HKDF's limit of 255 hashes");
        Self::Fast(LessSafeKey::new(key.into()))
    }

    /// Opens nonce, ciphertext and tag where they are.
    pub(super) fn open(&self, mut stored: Data, context: Context<'_>) -> Result<Opened, Error> {
        let (nonce, sealed) = stored
            .make_mut()
            .split_first_chunk_mut::<NONCE>()
            .ok_or(Error::TooShort)?;
        let bound_to = context.authenticated_data();
        let length = sealed.len().checked_sub(TAG).ok_or(Error::Authentication)?;
        match self {
            Self::Fast(key) => {
                let nonce = Nonce::assume_unique_for_key(*nonce);
                key.open_in_place(nonce, Aad::from(bound_to), sealed)
                    .map_err(|_| Error::Authentication)?;
            }
            Self::Portable(key) => {
                let (body, tag) = sealed.split_at_mut(length);
                let tag = (&*tag).try_into().map_err(|_| Error::Authentication)?;
                key.decrypt_inout_detached(&(*nonce).into(), bound_to, body.into(), tag)
                    .map_err(|_| Error::Authentication)?;
            }
        }
        stored.advance(NONCE);
        stored.truncate(length);
        Ok(fresh(stored))
    }

    /// Appends nonce, ciphertext and tag, with one allocation at most.
    pub(super) fn seal(
        &self,
        nonce: [u8; NONCE],
        plain: &[u8],
        context: Context<'_>,
        stored: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let bound_to = context.authenticated_data();
        stored.reserve(NONCE + plain.len() + TAG);
        stored.extend_from_slice(&nonce);
        let start = stored.len();
        stored.extend_from_slice(plain);
        let (_, body) = stored.split_at_mut(start);
        match self {
            Self::Fast(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let tag = key
                    .seal_in_place_separate_tag(nonce, Aad::from(bound_to), body)
                    .map_err(|_| Error::Authentication)?;
                stored.extend_from_slice(tag.as_ref());
            }
            Self::Portable(key) => {
                let tag = key
                    .encrypt_inout_detached(&nonce.into(), bound_to, body.into())
                    .map_err(|_| Error::Authentication)?;
                stored.extend_from_slice(&tag);
            }
        }
        Ok(())
    }
}
