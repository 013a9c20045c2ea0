use std::fmt;

use ring::hkdf::{HKDF_SHA256, Prk};

use super::cipher::{Cipher, NONCE, TAG};
use crate::value::{Context, Data, Error, KeyError, Local, Opened, random::random};

const INFO: usize = 32;

/// AES-GCM under a key of its own for each value, derived from a seed (the API server's *extended nonce*).
///
/// Stored: what the key was derived with (32 random bytes), then nonce (12 bytes), ciphertext, tag (16 bytes). Together 44
/// random bytes make a nonce that no number of values wears out, so that a seed may be kept and used again.
///
/// Each key is derived anew, on reads as on writes: two hashes and a key schedule, some hundred nanoseconds. The Go
/// implementation keeps derived keys for ten minutes, by what their values are bound to. That would save a part of it, cost a
/// lock, and keep as many keys as there are objects. Nothing that is read or written tells the difference.
///
/// A value that would be bound to nothing is an error on both ways (and no panic: backend §9.6, row 83).
pub struct DerivingAesGcm(Prk);

impl DerivingAesGcm {
    /// What one value needs besides its own bytes.
    pub(in crate::value) const OVERHEAD: usize = INFO + NONCE + TAG;

    /// A transformer with a random seed of 32 bytes or more. It is taken as it is: HKDF's first step is left out.
    ///
    /// # Errors
    ///
    /// [`KeyError::Seed`] for fewer bytes.
    pub fn new(seed: &[u8]) -> Result<Self, KeyError> {
        if seed.len() < 32 {
            return Err(KeyError::Seed(seed.len()));
        }
        Ok(Self(Prk::new_less_safe(HKDF_SHA256, seed)))
    }

    fn seal_with(
        &self,
        info: [u8; INFO],
        nonce: [u8; NONCE],
        plain: &[u8],
        context: Context<'_>,
        stored: &mut Vec<u8>,
    ) -> Result<(), Error> {
        stored.reserve(Self::OVERHEAD + plain.len());
        stored.extend_from_slice(&info);
        Cipher::derived(&self.0, &info).seal(nonce, plain, context, stored)
    }
}

fn bound(context: Context<'_>) -> Result<(), Error> {
    if context.authenticated_data().is_empty() {
        return Err(Error::Unbound);
    }
    Ok(())
}

impl Local for DerivingAesGcm {
    fn open(&self, mut stored: Data, context: Context<'_>) -> Result<Opened, Error> {
        bound(context)?;
        let info: [u8; INFO] = *stored.first_chunk().ok_or(Error::TooShort)?;
        stored.advance(INFO);
        Cipher::derived(&self.0, &info).open(stored, context)
    }

    fn seal(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        bound(context)?;
        self.seal_with(random()?, random()?, plain, context, stored)
    }
}

impl fmt::Debug for DerivingAesGcm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DerivingAesGcm")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::DerivingAesGcm;
    use crate::value::{
        AesGcm, Context, Error, Local,
        golden::{AT, PANDAS, bytes, counted, counted_key, open, seal},
    };

    fn deriving() -> DerivingAesGcm {
        DerivingAesGcm::new(&counted_key()).expect("32 bytes")
    }

    #[test]
    fn vectors_are_read_and_written() {
        let stored = bytes(
            "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f202122232425262728292a2bc907ec5b15702473729a481d3529c281a93c8b1d603950ff1a811e907c877090c7fd5a",
        );
        assert_eq!(open(&deriving(), &stored, AT).expect("authentic"), PANDAS);
        let mut written = Vec::new();
        deriving()
            .seal_with(
                counted(0x40),
                counted(0x20),
                PANDAS,
                Context::of_key(AT),
                &mut written,
            )
            .expect("sealed");
        assert_eq!(written, stored);
    }

    #[test]
    fn values_of_the_api_server_are_read_and_written() {
        let seed = bytes("5d40323a820ff95561675e3b95e81867c5fdd561d35a88a2d08b08aa9d4fcf5c");
        let stored = bytes(
            "2442759e33945fbad709db577a0f037fd8a709fc76979b8942209debcecb9d57efe3d6ff6a1ef6ee9a5003b9833b3043cec1e47b35175b151107a8d2416b0e296bbf66b5d102fcefdf9a78f293d271",
        );
        let transformer = DerivingAesGcm::new(&seed).expect("32 bytes");
        assert_eq!(
            open(&transformer, &stored, "bamboo").expect("authentic"),
            PANDAS
        );
        let mut written = Vec::new();
        let info = stored[..32].try_into().expect("32 bytes");
        let nonce = stored[32..44].try_into().expect("12 bytes");
        transformer
            .seal_with(info, nonce, PANDAS, Context::of_key("bamboo"), &mut written)
            .expect("sealed");
        assert_eq!(written, stored);
    }

    #[test]
    fn the_derived_key_is_the_published_one() {
        let rows = [
            (
                "2442759e33945fbad709db577a0f037fd8a709fc76979b8942209debcecb9d57efe3d6ff6a1ef6ee9a5003b9833b3043cec1e47b35175b151107a8d2416b0e296bbf66b5d102fcefdf9a78f293d271",
                "bamboo",
                "6e58b7659c304b0c382f42f16bd700465def1dead80bf6f1bf1d52073bdb0c00",
            ),
            (
                "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f202122232425262728292a2bc907ec5b15702473729a481d3529c281a93c8b1d603950ff1a811e907c877090c7fd5a",
                AT,
                "bbbb40f2c542c2c58846dc609224829eae0a8b9a5d31f500caff2964dc6bf9de",
            ),
        ];
        for (stored, at, key) in rows {
            let inner = AesGcm::new(&bytes(key)).expect("32 bytes");
            let opened = open(&inner, &bytes(stored)[32..], at).expect("under the derived key");
            assert_eq!(opened, PANDAS);
        }
    }

    /// Backend §9.6, row 85: reading a value where it belongs does not make it readable elsewhere.
    #[test]
    fn a_value_is_read_where_it_was_written_and_nowhere_else_however_often() {
        let transformer = deriving();
        let stored = seal(&transformer, PANDAS, AT);
        let beside = seal(&transformer, b"beside", "/elsewhere");
        for _ in 0..3 {
            assert_eq!(open(&transformer, &stored, AT).expect("authentic"), PANDAS);
            assert_eq!(
                open(&transformer, &beside, "/elsewhere").expect("authentic"),
                "beside"
            );
            let moved = open(&transformer, &stored, "/elsewhere");
            assert!(matches!(moved, Err(Error::Authentication)), "{moved:?}");
        }
    }

    #[test]
    fn no_bit_and_no_length_can_be_changed() {
        for plain in [&b""[..], b"p", PANDAS] {
            let mut stored = seal(&deriving(), plain, AT);
            assert_eq!(stored.len(), DerivingAesGcm::OVERHEAD + plain.len());
            for bit in 0..stored.len() * 8 {
                stored[bit / 8] ^= 1 << (bit % 8);
                open(&deriving(), &stored, AT).expect_err("a flipped bit");
                stored[bit / 8] ^= 1 << (bit % 8);
            }
            for length in 0..stored.len() {
                let error = open(&deriving(), &stored[..length], AT).expect_err("truncated");
                let text = if length < 44 {
                    "the stored data was shorter than the required size"
                } else {
                    "cipher: message authentication failed"
                };
                assert_eq!(error.to_string(), text, "{length} bytes");
            }
            stored.push(0);
            open(&deriving(), &stored, AT).expect_err("extended");
        }
    }

    #[test]
    fn no_two_values_share_a_key_or_a_nonce() {
        let stored: Vec<Vec<u8>> = (0..10_000).map(|_| seal(&deriving(), b"", AT)).collect();
        let infos: HashSet<&[u8]> = stored.iter().map(|stored| &stored[..32]).collect();
        let nonces: HashSet<&[u8]> = stored.iter().map(|stored| &stored[32..44]).collect();
        assert_eq!((infos.len(), nonces.len()), (10_000, 10_000));
    }

    #[test]
    fn nothing_is_written_or_read_that_is_bound_to_nothing() {
        let stored = seal(&deriving(), PANDAS, AT);
        let read = open(&deriving(), &stored, "").expect_err("bound to nothing");
        let written = deriving()
            .seal(PANDAS, Context::of_key(""), &mut Vec::new())
            .expect_err("bound to nothing");
        for error in [read, written] {
            assert_eq!(error.to_string(), "authenticated data must not be empty");
        }
    }

    #[test]
    fn a_seed_has_32_bytes_or_more_and_is_not_shown() {
        for length in 0..32 {
            let error = DerivingAesGcm::new(&vec![0x5a; length]).expect_err("too short");
            assert_eq!(
                error.to_string(),
                format!("invalid seed length {length} used for key generation")
            );
        }
        for length in [32, 33, 64, 65, 200] {
            let transformer = DerivingAesGcm::new(&vec![0x5a; length]).expect("long enough");
            let stored = seal(&transformer, PANDAS, AT);
            assert_eq!(open(&transformer, &stored, AT).expect("authentic"), PANDAS);
            assert_eq!(format!("{transformer:?}"), "DerivingAesGcm");
        }
    }
}
