use std::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor, Encryptor,
    cipher::{
        Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt,
        InnerIvInit, KeyInit, consts::U16,
    },
};

use super::{Context, Data, Error, KeyError, Local, Opened, local::fresh, random::random};

const BLOCK: usize = 16;

type Block = Array<u8, U16>;

/// AES-CBC with a random initialisation vector and PKCS#7 padding (backend §7.4).
///
/// Stored: initialisation vector (16 bytes), then whole blocks, the last of which holds 1 to 16 bytes of padding.
///
/// Nothing is authenticated: a value is bound to no key, and one that was changed may be read as something else. It is here
/// for what was written with it.
///
/// Two decisions where the Go implementation has defects (backend §9.6, rows 79 and 80). A vector without blocks has no
/// padding, which is an error and no panic. And padding is never longer than a block: no writer makes such padding, so that
/// accepting it serves only who forges.
pub struct AesCbc(Box<Cipher>);

enum Cipher {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl AesCbc {
    /// A transformer with a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Aes`] for any other length.
    pub fn new(key: &[u8]) -> Result<Self, KeyError> {
        let cipher = match key.len() {
            16 => Aes128::new_from_slice(key).map(Cipher::Aes128),
            24 => Aes192::new_from_slice(key).map(Cipher::Aes192),
            _ => Aes256::new_from_slice(key).map(Cipher::Aes256),
        };
        let cipher = cipher.map_err(|_| KeyError::Aes(key.len()))?;
        Ok(Self(Box::new(cipher)))
    }

    fn seal_with(&self, vector: [u8; BLOCK], plain: &[u8], stored: &mut Vec<u8>) {
        let padding = BLOCK - plain.len() % BLOCK;
        stored.reserve(BLOCK + plain.len() + padding);
        stored.extend_from_slice(&vector);
        let start = stored.len();
        stored.extend_from_slice(plain);
        stored.resize(stored.len() + padding, padding as u8);
        let (_, body) = stored.split_at_mut(start);
        let (blocks, _) = Block::slice_as_chunks_mut(body);
        match &*self.0 {
            Cipher::Aes128(cipher) => encrypt(cipher, vector, blocks),
            Cipher::Aes192(cipher) => encrypt(cipher, vector, blocks),
            Cipher::Aes256(cipher) => encrypt(cipher, vector, blocks),
        }
    }
}

fn encrypt<C: BlockCipherEncrypt<BlockSize = U16>>(
    cipher: &C,
    vector: [u8; BLOCK],
    blocks: &mut [Block],
) {
    Encryptor::inner_iv_init(cipher, &vector.into()).encrypt_blocks(blocks);
}

fn decrypt<C: BlockCipherDecrypt<BlockSize = U16>>(
    cipher: &C,
    vector: [u8; BLOCK],
    blocks: &mut [Block],
) {
    Decryptor::inner_iv_init(cipher, &vector.into()).decrypt_blocks(blocks);
}

/// How long the value before the padding is.
fn length_without_padding(padded: &[u8]) -> Result<usize, Error> {
    let block = padded.last_chunk::<BLOCK>().ok_or(Error::NoPadding)?;
    let [.., last] = *block;
    let padding = usize::from(last);
    if !(1..=BLOCK).contains(&padding) {
        return Err(Error::NoPadding);
    }
    // All bytes at once, the last one first: what differs from padding must lie before it.
    let differing = u128::from_be_bytes(*block) ^ u128::from_be_bytes([last; BLOCK]);
    if differing.trailing_zeros() < u32::from(last) * 8 {
        return Err(Error::BadPadding);
    }
    Ok(padded.len() - padding)
}

impl Local for AesCbc {
    fn open(&self, mut stored: Data, _context: Context<'_>) -> Result<Opened, Error> {
        let (vector, plain) = stored
            .make_mut()
            .split_first_chunk_mut::<BLOCK>()
            .ok_or(Error::TooShort)?;
        if !plain.len().is_multiple_of(BLOCK) {
            return Err(Error::NotInBlocks);
        }
        let vector = *vector;
        let (blocks, _) = Block::slice_as_chunks_mut(plain);
        match &*self.0 {
            Cipher::Aes128(cipher) => decrypt(cipher, vector, blocks),
            Cipher::Aes192(cipher) => decrypt(cipher, vector, blocks),
            Cipher::Aes256(cipher) => decrypt(cipher, vector, blocks),
        }
        let length = length_without_padding(plain)?;
        stored.advance(BLOCK);
        stored.truncate(length);
        Ok(fresh(stored))
    }

    fn seal(&self, plain: &[u8], _context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        self.seal_with(random()?, plain, stored);
        Ok(())
    }
}

impl fmt::Debug for AesCbc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AesCbc")
    }
}

#[cfg(test)]
mod tests;
