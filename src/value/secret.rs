use std::fmt;

use zeroize::Zeroizing;

/// Key material: wiped when it is dropped, shown by nothing.
///
/// What a transformer makes of it is wiped too where the cryptography library does so. AES-CBC, secretbox and AES-GCM with
/// 24 bytes do; `ring`, which seals AES-GCM with 16 and 32 bytes, leaves its key schedules to the allocator. So does the
/// transport with the buffers in which keys travel to a plugin and back.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The bytes, for whoever makes a key of them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// Bytes that cannot be a key. Tells how many they are, and nothing else of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// AES, in any mode.
    #[error("an AES key has 16, 24 or 32 bytes, not {0}")]
    Aes(usize),
    /// Secretbox.
    #[error("a secretbox key has 32 bytes, not {0}")]
    Secretbox(usize),
    /// A seed that keys are derived from has at least 32 bytes.
    #[error("invalid seed length {0} used for key generation")]
    Seed(usize),
}
