//! An encrypted data key before a value, behind its length in two bytes, most significant first.

use bytes::{Buf, Bytes};

use crate::value::kms::Error;

/// The encrypted data key and the value behind it.
pub(super) fn split(mut stored: Bytes) -> Result<(Bytes, Bytes), Error> {
    let length = stored.try_get_u16().map_err(|_| Error::Framing)?;
    let length = usize::from(length);
    if stored.len() < length {
        return Err(Error::Framing);
    }
    let key = stored.split_to(length);
    Ok((key, stored))
}

/// Appends an encrypted data key and its length.
pub(super) fn begin(stored: &mut Vec<u8>, key: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(key.len()).map_err(|_| Error::TooLong(key.len()))?;
    stored.extend_from_slice(&length.to_be_bytes());
    stored.extend_from_slice(key);
    Ok(())
}
