//! An encrypted data key before a value, behind its length in two bytes, most significant first.

use crate::value::kms::Error;

/// The encrypted data key, and where the value begins behind it.
pub(super) fn key(stored: &[u8]) -> Result<(&[u8], usize), Error> {
    let (length, rest) = stored.split_first_chunk().ok_or(Error::Framing)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let key = rest.get(..length).ok_or(Error::Framing)?;
    Ok((key, stored.len() - rest.len() + length))
}

/// Appends an encrypted data key and its length.
pub(super) fn begin(stored: &mut Vec<u8>, key: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(key.len()).map_err(|_| Error::TooLong(key.len()))?;
    stored.extend_from_slice(&length.to_be_bytes());
    stored.extend_from_slice(key);
    Ok(())
}
