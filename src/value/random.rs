use ring::rand::{SecureRandom, SystemRandom};

use super::Error;

/// Bytes that nobody can foresee: nonces, initialisation vectors, keys.
pub(super) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], Error> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::Random)?;
    Ok(bytes)
}
