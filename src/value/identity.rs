use super::{Context, Data, Error, Local, Opened, local::fresh};

const ENCRYPTED: &[u8] = b"k8s:enc:";

/// Stores values as they are, and refuses to read what looks encrypted, rather than hand ciphertext to a decoder
/// (backend §7.3).
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity;

impl Local for Identity {
    fn open(&self, stored: Data, _context: Context<'_>) -> Result<Opened, Error> {
        if stored.starts_with(ENCRYPTED) {
            return Err(Error::Encrypted);
        }
        Ok(fresh(stored))
    }

    fn seal(&self, plain: &[u8], _context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        stored.extend_from_slice(plain);
        Ok(())
    }
}
