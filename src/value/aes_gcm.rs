use std::fmt;

use bytes::{Bytes, BytesMut};
use ring::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use super::{Context, Error, Eventually, Opened, Transformer};

/// AES-GCM with a random nonce and the full key as authenticated data (backend §7.5).
///
/// Stored: nonce (12 bytes), ciphertext, tag (16 bytes). One secret may write at most 2^32 values.
pub struct AesGcm {
    key: LessSafeKey,
    random: SystemRandom,
}

impl AesGcm {
    /// A transformer with a secret of 16 or 32 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::KeyLength`] for any other length.
    pub fn new(secret: &[u8]) -> Result<Self, Error> {
        let algorithm = match secret.len() {
            16 => &AES_128_GCM,
            32 => &AES_256_GCM,
            other => return Err(Error::KeyLength(other)),
        };
        let key = UnboundKey::new(algorithm, secret).map_err(|_| Error::KeyLength(secret.len()))?;
        Ok(Self {
            key: LessSafeKey::new(key),
            random: SystemRandom::new(),
        })
    }

    fn open(&self, stored: Bytes, context: Context<'_>) -> Result<Opened, Error> {
        if stored.len() < NONCE_LEN {
            return Err(Error::TooShort);
        }
        let mut sealed = stored
            .try_into_mut()
            .unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        let nonce = Nonce::try_assume_unique_for_key(&sealed.split_to(NONCE_LEN))
            .expect("split at the length of a nonce");
        let length = self
            .key
            .open_in_place(nonce, Aad::from(context.authenticated_data()), &mut sealed)
            .map_err(|_| Error::Authentication)?
            .len();
        sealed.truncate(length);
        Ok(Opened {
            plain: sealed.freeze(),
            stale: false,
        })
    }

    fn seal(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| Error::Random)?;
        stored.reserve(NONCE_LEN + plain.len() + self.key.algorithm().tag_len());
        stored.extend_from_slice(&nonce);
        let start = stored.len();
        stored.extend_from_slice(plain);
        let (_, body) = stored.split_at_mut(start);
        let tag = self
            .key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.authenticated_data()),
                body,
            )
            .map_err(|_| Error::Authentication)?;
        stored.extend_from_slice(tag.as_ref());
        Ok(())
    }
}

impl Transformer for AesGcm {
    fn from_storage<'a>(
        &'a self,
        stored: Bytes,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        Eventually::now(self.open(stored, context))
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        Eventually::now(self.seal(plain, context, stored))
    }
}

impl fmt::Debug for AesGcm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AesGcm(secret)")
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::FutureExt;

    use super::AesGcm;
    use crate::value::{Context, Error, Transformer};

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect()
    }

    fn open(key: &[u8], stored: &str, context: &str) -> Result<Bytes, Error> {
        let opened = AesGcm::new(key)
            .expect("a key of a valid length")
            .from_storage(bytes(stored).into(), Context::of_key(context))
            .now_or_never()
            .expect("local transformers answer at once")?;
        assert!(!opened.stale);
        Ok(opened.plain)
    }

    #[test]
    fn values_of_other_implementations_are_read() {
        let sequence: Vec<u8> = (0..32).collect();
        let at = "/registry/secrets/ns/name";
        let rows: [(&[u8], &str, &str, &str); 3] = [
            (
                b"snorlax_awesomes",
                "9f27c8fcea8a58c467d8e437dbf2d85955f9b4bd912f4ef967d788a0cb07797dac0a3f0a0845605ca85ac8562b4ae1",
                "bamboo",
                "pandas are the best",
            ),
            (
                &sequence,
                "202122232425262728292a2ba25bc8140deb3a6f681962baa97dd49bb53a98314b04833031871b1ba290ce131e43a9",
                at,
                "pandas are the best",
            ),
            (
                &sequence,
                "202122232425262728292a2bf79031de46ed543afea5a34ce03437d8",
                at,
                "",
            ),
        ];
        for (key, stored, context, plain) in rows {
            assert_eq!(
                open(key, stored, context).expect("authentic"),
                plain.as_bytes()
            );
            assert!(matches!(
                open(key, stored, "elsewhere"),
                Err(Error::Authentication)
            ));
        }
    }

    #[test]
    fn secrets_of_other_lengths_are_refused_without_being_named() {
        let error = AesGcm::new(b"a secret")
            .expect_err("eight bytes")
            .to_string();
        assert_eq!(error, "an AES-GCM key has 16 or 32 bytes, not 8");
    }
}
