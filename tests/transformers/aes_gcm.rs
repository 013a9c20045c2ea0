//! One secret: what it wrote it reads, and nothing else.

use proptest::{collection::vec, prelude::*};
use storeproof::value::Error;

use super::{aes_gcm, fresh, keys, read, secrets, values, write};

proptest! {
    #[test]
    fn reads_what_it_wrote(secret in secrets(), plain in values(), key in keys()) {
        let transformer = aes_gcm(&secret);
        let stored = write(&*transformer, &plain, &key).expect("written");
        prop_assert_eq!(stored.len(), 12 + plain.len() + 16);
        let opened = read(&*transformer, &stored, &key).expect("authentic");
        prop_assert_eq!(opened, fresh(&plain));
    }

    #[test]
    fn never_writes_the_same_twice(secret in secrets(), plain in values(), key in keys()) {
        let transformer = aes_gcm(&secret);
        let first = write(&*transformer, &plain, &key).expect("written");
        let second = write(&*transformer, &plain, &key).expect("written");
        prop_assert_ne!(first.get(..12), second.get(..12), "a nonce was used twice");
    }

    #[test]
    fn refuses_another_key_and_another_secret(
        secret in secrets(),
        other_secret in secrets(),
        plain in values(),
        key in keys(),
        other_key in keys(),
    ) {
        prop_assume!(secret != other_secret && key != other_key);
        let transformer = aes_gcm(&secret);
        let stored = write(&*transformer, &plain, &key).expect("written");
        let moved = read(&*transformer, &stored, &other_key);
        prop_assert!(matches!(moved, Err(Error::Authentication)), "{moved:?}");
        let stranger = read(&*aes_gcm(&other_secret), &stored, &key);
        prop_assert!(matches!(stranger, Err(Error::Authentication)), "{stranger:?}");
    }
}

proptest! {
    // Each of these tries every bit or length of its value.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn refuses_every_flipped_bit(
        secret in secrets(),
        plain in vec(any::<u8>(), 0..48),
        key in keys(),
    ) {
        let transformer = aes_gcm(&secret);
        let mut stored = write(&*transformer, &plain, &key).expect("written");
        for bit in 0..stored.len() * 8 {
            stored[bit / 8] ^= 1 << (bit % 8);
            let refused = read(&*transformer, &stored, &key);
            prop_assert!(matches!(refused, Err(Error::Authentication)), "bit {bit}: {refused:?}");
            stored[bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert_eq!(read(&*transformer, &stored, &key).expect("restored"), fresh(&plain));
    }

    #[test]
    fn refuses_every_other_length(
        secret in secrets(),
        plain in vec(any::<u8>(), 0..48),
        key in keys(),
        more in vec(any::<u8>(), 1..20),
    ) {
        let transformer = aes_gcm(&secret);
        let stored = write(&*transformer, &plain, &key).expect("written");
        for length in 0..stored.len() {
            let refused = read(&*transformer, &stored[..length], &key);
            let expected = if length < 12 {
                matches!(refused, Err(Error::TooShort))
            } else {
                matches!(refused, Err(Error::Authentication))
            };
            prop_assert!(expected, "{length} bytes of {}: {refused:?}", stored.len());
        }
        let longer = [&stored[..], &more].concat();
        let refused = read(&*transformer, &longer, &key);
        prop_assert!(matches!(refused, Err(Error::Authentication)), "{refused:?}");
    }
}
