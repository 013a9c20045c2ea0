use super::{Context, Data, Error, Eventually, Opened, Transformer};

/// A transformer that has all it needs, and so answers at once.
pub trait Local: Send + Sync {
    /// The plain bytes of a stored value.
    ///
    /// # Errors
    ///
    /// The value cannot be read; nothing of it is in the error.
    fn open(&self, stored: Data, context: Context<'_>) -> Result<Opened, Error>;

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
        stored: Data,
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

/// A value that is stored as it would be stored now.
pub(super) fn fresh(plain: Data) -> Opened {
    Opened {
        plain,
        stale: false,
    }
}
