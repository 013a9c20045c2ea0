use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use super::cipher::{Cipher, NONCE};
use crate::value::{Context, Data, Error, Local, Opened, Secret, random::random};

/// The number before that of the first value.
const START: u64 = 1_000_000_000;

/// AES-GCM under a key of its own making, with nonces that are counted.
///
/// A nonce is four random bytes and a counter of eight, least significant byte first. [`AesGcm`](super::AesGcm) reads what it
/// writes, once it is given the key.
///
/// There is no way to make one from a key that exists: the count would begin anew, and a nonce that is used twice betrays
/// both values. When all numbers are used it writes nothing any more. (The Go implementation ends the process then; what
/// matters is that no number comes back, and a library has no business ending anything. Backend §9.6, row 95.)
pub struct CountingAesGcm {
    cipher: Cipher,
    counter: AtomicU64,
}

impl CountingAesGcm {
    /// A transformer under a new random key of 32 bytes, and the key.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] where the system gives no random bytes.
    pub fn generate() -> Result<(Self, Secret), Error> {
        let secret = Secret::from(random::<32>()?.to_vec());
        let transformer = Self {
            cipher: Cipher::new(secret.expose())?,
            counter: AtomicU64::new(START),
        };
        Ok((transformer, secret))
    }

    /// The number of the next value. Stops at the last one rather than begin again.
    fn next_number(&self) -> Result<u64, Error> {
        self.counter
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |number| {
                number.checked_add(1)
            })
            .map(|before| before + 1)
            .map_err(|_| Error::Exhausted)
    }
}

impl Local for CountingAesGcm {
    fn open(&self, stored: Data, context: Context<'_>) -> Result<Opened, Error> {
        self.cipher.open(stored, context)
    }

    fn seal(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        let mut nonce: [u8; NONCE] = random()?;
        let (_, number) = nonce.split_at_mut(4);
        number.copy_from_slice(&self.next_number()?.to_le_bytes());
        self.cipher.seal(nonce, plain, context, stored)
    }
}

impl fmt::Debug for CountingAesGcm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CountingAesGcm")
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::atomic::Ordering, thread};

    use super::{CountingAesGcm, START};
    use crate::value::{
        AesGcm, Context, Error, Local,
        golden::{AT, PANDAS, open, seal},
    };

    fn counting() -> CountingAesGcm {
        CountingAesGcm::generate().expect("random bytes").0
    }

    #[test]
    fn whoever_has_the_key_reads_it_with_a_random_nonce_too() {
        let (transformer, secret) = CountingAesGcm::generate().expect("random bytes");
        let plain_gcm = AesGcm::new(secret.expose()).expect("32 bytes");
        let stored = seal(&transformer, PANDAS, AT);
        assert_eq!(open(&plain_gcm, &stored, AT).expect("authentic"), PANDAS);
        assert_eq!(open(&transformer, &stored, AT).expect("authentic"), PANDAS);
        let moved = open(&transformer, &stored, "/elsewhere");
        assert!(matches!(moved, Err(Error::Authentication)), "{moved:?}");
        assert_eq!(
            stored.get(4..12),
            Some(&(START + 1).to_le_bytes()[..]),
            "the first number"
        );
    }

    #[test]
    fn each_has_a_key_of_its_own() {
        let stored = seal(&counting(), PANDAS, AT);
        open(&counting(), &stored, AT).expect_err("another key");
    }

    #[test]
    fn concurrent_writers_share_no_number_and_no_nonce_is_zero() {
        let transformer = counting();
        let stored: Vec<Vec<u8>> = thread::scope(|scope| {
            let write = || (0..250).map(|_| seal(&transformer, b"", AT)).collect();
            let writers: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
            writers
                .into_iter()
                .flat_map(|writer| -> Vec<Vec<u8>> { writer.join().expect("written") })
                .collect()
        });
        let numbers: HashSet<&[u8]> = stored.iter().map(|stored| &stored[4..12]).collect();
        assert_eq!(numbers.len(), 1000);
        assert_eq!(transformer.counter.load(Ordering::Relaxed), START + 1000);
        let randoms: HashSet<&[u8]> = stored.iter().map(|stored| &stored[..4]).collect();
        assert!(randoms.len() > 990, "four random bytes hardly ever agree");
    }

    #[test]
    fn a_key_that_has_numbered_all_values_writes_no_more() {
        let transformer = counting();
        transformer.counter.store(u64::MAX - 1, Ordering::Relaxed);
        let stored = seal(&transformer, PANDAS, AT);
        assert_eq!(stored.get(4..12), Some(&[0xff; 8][..]));
        for _ in 0..3 {
            let error = transformer
                .seal(PANDAS, Context::of_key(AT), &mut Vec::new())
                .expect_err("no number is left");
            assert_eq!(
                error.to_string(),
                "aes-gcm detected nonce overflow - cryptographic wear out has occurred"
            );
        }
        assert_eq!(open(&transformer, &stored, AT).expect("authentic"), PANDAS);
    }

    #[test]
    fn its_key_is_not_shown() {
        let (transformer, secret) = CountingAesGcm::generate().expect("random bytes");
        assert_eq!(
            format!("{transformer:?} {secret:?}"),
            "CountingAesGcm Secret"
        );
    }
}
