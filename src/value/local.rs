use bytes::{Bytes, BytesMut};

use super::{Context, Error, Eventually, Opened, Transformer};

/// A transformer that has all it needs, and so answers at once.
pub trait Local: Send + Sync {
    /// The plain bytes of a stored value.
    ///
    /// # Errors
    ///
    /// The value cannot be read; nothing of it is in the error.
    fn open(&self, stored: Bytes, context: Context<'_>) -> Result<Opened, Error>;

    /// Appends to `stored` what is to be stored for the plain bytes. On an error the content of `stored` is unspecified.
    ///
    /// # Errors
    ///
    /// The value cannot be written.
    fn seal(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error>;
}

impl<T: Local> Transformer for T {
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

/// Bytes that can be decrypted where they are: themselves if nobody else holds them, else a copy.
pub(super) fn in_place(stored: Bytes) -> BytesMut {
    stored
        .try_into_mut()
        .unwrap_or_else(|shared| BytesMut::from(&shared[..]))
}

/// A value that is stored as it would be stored now.
pub(super) fn fresh(plain: BytesMut) -> Opened {
    Opened {
        plain: plain.freeze(),
        stale: false,
    }
}
