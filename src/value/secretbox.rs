use std::fmt;

use crypto_secretbox::{AeadInPlace, KeyInit, XSalsa20Poly1305};

use super::{Context, Data, Error, KeyError, Local, Opened, local::fresh, random::random};

const NONCE: usize = XSalsa20Poly1305::NONCE_SIZE;
const TAG: usize = XSalsa20Poly1305::TAG_SIZE;

/// XSalsa20 and Poly1305 with a random nonce, as NaCl's secretbox (backend §7.6).
///
/// Stored: nonce (24 bytes), tag (16 bytes), ciphertext. A value that was changed is refused, but it is bound to no key: one
/// that was copied to another key can be read there.
pub struct Secretbox(XSalsa20Poly1305);

impl Secretbox {
    /// A transformer with a key of 32 bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Secretbox`] for any other length.
    pub fn new(key: &[u8]) -> Result<Self, KeyError> {
        XSalsa20Poly1305::new_from_slice(key)
            .map(Self)
            .map_err(|_| KeyError::Secretbox(key.len()))
    }

    fn seal_with(
        &self,
        nonce: [u8; NONCE],
        plain: &[u8],
        stored: &mut Vec<u8>,
    ) -> Result<(), Error> {
        stored.reserve(NONCE + TAG + plain.len());
        stored.extend_from_slice(&nonce);
        let start = stored.len();
        stored.extend_from_slice(&[0; TAG]);
        stored.extend_from_slice(plain);
        let (_, sealed) = stored.split_at_mut(start);
        let (place, body) = sealed.split_at_mut(TAG);
        let tag = self
            .0
            .encrypt_in_place_detached(&nonce.into(), &[], body)
            .map_err(|_| Error::Secretbox)?;
        place.copy_from_slice(&tag);
        Ok(())
    }
}

impl Local for Secretbox {
    fn open(&self, mut stored: Data, _context: Context<'_>) -> Result<Opened, Error> {
        let nonce: [u8; NONCE] = *stored.first_chunk().ok_or(Error::TooShort)?;
        stored.advance(NONCE);
        let tag: [u8; TAG] = *stored.first_chunk().ok_or(Error::TooShort)?;
        stored.advance(TAG);
        self.0
            .decrypt_in_place_detached(&nonce.into(), &[], stored.make_mut(), &tag.into())
            .map_err(|_| Error::Secretbox)?;
        Ok(fresh(stored))
    }

    fn seal(&self, plain: &[u8], _context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        self.seal_with(random()?, plain, stored)
    }
}

impl fmt::Debug for Secretbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secretbox")
    }
}

#[cfg(test)]
mod tests {
    use super::Secretbox;
    use crate::value::golden::{AT, PANDAS, bytes, counted, counted_key, open, seal};

    fn counted_box() -> Secretbox {
        Secretbox::new(&counted_key()).expect("32 bytes")
    }

    #[test]
    fn vectors_are_read_and_written() {
        let rows: [(&[u8], &str); 2] = [
            (
                PANDAS,
                "202122232425262728292a2b2c2d2e2f3031323334353637290edca2d564166f3f0fc3fdc4bbdc08813823c12c547af77b50751a642d9796dcc1c9",
            ),
            (
                b"",
                "202122232425262728292a2b2c2d2e2f3031323334353637aef08ad21579467890970753aeaee026",
            ),
        ];
        for (plain, hex) in rows {
            assert_eq!(
                open(&counted_box(), &bytes(hex), AT).expect("authentic"),
                plain
            );
            let mut stored = Vec::new();
            counted_box()
                .seal_with(counted(0x20), plain, &mut stored)
                .expect("sealed");
            assert_eq!(stored, bytes(hex));
        }
    }

    #[test]
    fn a_value_is_bound_to_no_key_but_to_its_secret() {
        let stored = seal(&counted_box(), PANDAS, AT);
        assert_eq!(
            open(&counted_box(), &stored, "/elsewhere").expect("unbound"),
            PANDAS
        );
        let stranger = Secretbox::new(&[9; 32]).expect("32 bytes");
        let error = open(&stranger, &stored, AT).expect_err("another secret");
        assert_eq!(
            error.to_string(),
            "output array was not large enough for encryption"
        );
    }

    #[test]
    fn no_bit_and_no_length_can_be_changed() {
        for plain in [&b""[..], b"p", PANDAS] {
            let mut stored = seal(&counted_box(), plain, AT);
            assert_eq!(stored.len(), 40 + plain.len());
            for bit in 0..stored.len() * 8 {
                stored[bit / 8] ^= 1 << (bit % 8);
                open(&counted_box(), &stored, AT).expect_err("a flipped bit");
                stored[bit / 8] ^= 1 << (bit % 8);
            }
            for length in 0..stored.len() {
                let error = open(&counted_box(), &stored[..length], AT).expect_err("truncated");
                let text = if length < 40 {
                    "the stored data was shorter than the required size"
                } else {
                    "output array was not large enough for encryption"
                };
                assert_eq!(error.to_string(), text, "{length} bytes");
            }
            stored.push(0);
            open(&counted_box(), &stored, AT).expect_err("extended");
        }
    }

    #[test]
    fn no_two_values_share_a_nonce() {
        let nonces: std::collections::HashSet<Vec<u8>> = (0..10_000)
            .map(|_| seal(&counted_box(), b"", AT)[..24].to_vec())
            .collect();
        assert_eq!(nonces.len(), 10_000);
    }

    #[test]
    fn keys_of_other_lengths_are_refused_and_none_is_shown() {
        for length in (0..70).filter(|length| *length != 32) {
            let error = Secretbox::new(&vec![0x5a; length]).expect_err("no length of a key");
            assert_eq!(
                error.to_string(),
                format!("a secretbox key has 32 bytes, not {length}")
            );
        }
        assert_eq!(format!("{:?}", counted_box()), "Secretbox");
    }
}
