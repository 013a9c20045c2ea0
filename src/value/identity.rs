use bytes::Bytes;

use super::{Context, Error, Eventually, Opened, Transformer};

const ENCRYPTED: &[u8] = b"k8s:enc:";

/// Stores values as they are, and refuses to read what looks encrypted, rather than hand ciphertext to a decoder
/// (backend §7.3).
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity;

impl Transformer for Identity {
    fn from_storage<'a>(
        &'a self,
        stored: Bytes,
        _context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        Eventually::now(if stored.starts_with(ENCRYPTED) {
            Err(Error::Encrypted)
        } else {
            Ok(Opened {
                plain: stored,
                stale: false,
            })
        })
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        _context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        stored.extend_from_slice(plain);
        Eventually::now(Ok(()))
    }
}
