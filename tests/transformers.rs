//! What holds of every transformer, over random values and keys (backend §7.1, §7.2, §7.5, §7.13).

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use proptest::{collection::vec, prelude::*, sample::Index};
use storeproof::value::{
    AesGcm, Context, Error, Identity, Opened, PrefixTransformers, Transformer,
};

const ENCRYPTED: &[u8] = b"k8s:enc:";

fn write(transformer: &dyn Transformer, plain: &[u8], key: &[u8]) -> Result<Vec<u8>, Error> {
    let mut stored = Vec::new();
    transformer
        .to_storage(plain, Context::of_key(key), &mut stored)
        .now_or_never()
        .expect("local transformers answer at once")?;
    Ok(stored)
}

fn read(transformer: &dyn Transformer, stored: &[u8], key: &[u8]) -> Result<Opened, Error> {
    transformer
        .from_storage(Bytes::copy_from_slice(stored), Context::of_key(key))
        .now_or_never()
        .expect("local transformers answer at once")
}

fn fresh(plain: &[u8]) -> Opened {
    Opened {
        plain: Bytes::copy_from_slice(plain),
        stale: false,
    }
}

fn aes_gcm(secret: &[u8]) -> Arc<dyn Transformer> {
    Arc::new(AesGcm::new(secret).expect("a secret of a valid length"))
}

/// Secrets of both lengths that AES-GCM takes.
fn secrets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 16), vec(any::<u8>(), 32)]
}

/// Values, with those around the size of a block and of a nonce among them.
fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..2000)]
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "/registry/[a-z]{1,9}/[a-z0-9-]{1,20}/[a-z0-9.-]{1,40}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..80),
    ]
}

/// A prefix and the secret behind it; the identity has none.
#[derive(Clone, Debug)]
struct Entry {
    prefix: Vec<u8>,
    secret: Option<Vec<u8>>,
}

impl Entry {
    fn transformer(&self) -> Arc<dyn Transformer> {
        match &self.secret {
            Some(secret) => aes_gcm(secret),
            None => Arc::new(Identity),
        }
    }

    fn write(&self, plain: &[u8], key: &[u8]) -> Vec<u8> {
        let inner = write(&*self.transformer(), plain, key).expect("written");
        [&self.prefix[..], &inner].concat()
    }
}

/// Two secrets or more, behind one prefix or behind one each as they are during rotation, and the identity somewhere.
fn rotations() -> impl Strategy<Value = Vec<Entry>> {
    (vec(secrets(), 2..5), any::<Index>(), any::<bool>()).prop_map(|(secrets, at, one_prefix)| {
        let entry = |(number, secret)| Entry {
            prefix: format!(
                "k8s:enc:aesgcm:v1:key{}:",
                if one_prefix { 0 } else { number }
            )
            .into_bytes(),
            secret: Some(secret),
        };
        let mut entries: Vec<Entry> = secrets.into_iter().enumerate().map(entry).collect();
        let identity = Entry {
            prefix: Vec::new(),
            secret: None,
        };
        entries.insert(at.index(entries.len() + 1), identity);
        entries
    })
}

fn of(entries: &[Entry]) -> PrefixTransformers {
    PrefixTransformers::new(
        entries
            .iter()
            .map(|entry| (entry.prefix.clone(), entry.transformer())),
    )
}

/// One entry behind a prefix of its own.
fn behind(prefix: &[u8], secret: &[u8]) -> Entry {
    Entry {
        prefix: prefix.to_vec(),
        secret: Some(secret.to_vec()),
    }
}

proptest! {
    #[test]
    fn aes_gcm_reads_what_it_wrote(secret in secrets(), plain in values(), key in keys()) {
        let transformer = aes_gcm(&secret);
        let stored = write(&*transformer, &plain, &key).expect("written");
        prop_assert_eq!(stored.len(), 12 + plain.len() + 16);
        let opened = read(&*transformer, &stored, &key).expect("authentic");
        prop_assert_eq!(opened, fresh(&plain));
    }

    #[test]
    fn aes_gcm_never_writes_the_same_twice(secret in secrets(), plain in values(), key in keys()) {
        let transformer = aes_gcm(&secret);
        let first = write(&*transformer, &plain, &key).expect("written");
        let second = write(&*transformer, &plain, &key).expect("written");
        prop_assert_ne!(first.get(..12), second.get(..12), "a nonce was used twice");
    }

    #[test]
    fn aes_gcm_refuses_another_key_and_another_secret(
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

    #[test]
    fn identity_changes_nothing(plain in values(), key in keys()) {
        prop_assume!(!plain.starts_with(ENCRYPTED));
        let stored = write(&Identity, &plain, &key).expect("written");
        prop_assert_eq!(&stored, &plain);
        prop_assert_eq!(read(&Identity, &stored, &key).expect("read"), fresh(&plain));
    }

    #[test]
    fn identity_refuses_what_is_encrypted(rest in values(), key in keys()) {
        let refused = read(&Identity, &[ENCRYPTED, &rest].concat(), &key);
        prop_assert!(matches!(refused, Err(Error::Encrypted)), "{refused:?}");
    }

    #[test]
    fn writing_appends(before in values(), plain in values(), key in keys(), secret in secrets()) {
        let identity: Arc<dyn Transformer> = Arc::new(Identity);
        let prefixed = of(&[behind(b"mark:", &secret)]);
        for transformer in [identity, aes_gcm(&secret), Arc::new(prefixed)] {
            let mut stored = before.clone();
            transformer
                .to_storage(&plain, Context::of_key(&key), &mut stored)
                .now_or_never()
                .expect("local transformers answer at once")
                .expect("written");
            prop_assert_eq!(stored.get(..before.len()), Some(&before[..]));
        }
    }

    #[test]
    fn whatever_entry_wrote_is_read_and_stale_unless_it_is_the_first(
        entries in rotations(),
        plain in values(),
        key in keys(),
    ) {
        prop_assume!(!plain.starts_with(ENCRYPTED));
        let transformer = of(&entries);
        for (place, entry) in entries.iter().enumerate() {
            let stored = entry.write(&plain, &key);
            let opened = read(&transformer, &stored, &key).expect("an entry fits");
            prop_assert_eq!(&opened.plain[..], &plain[..]);
            prop_assert_eq!(opened.stale, place != 0, "written by entry {}", place);
        }
    }

    #[test]
    fn a_rotation_writes_with_its_first_entry(
        entries in rotations(),
        plain in values(),
        key in keys(),
    ) {
        prop_assume!(!plain.starts_with(ENCRYPTED));
        let first = &entries[0];
        let stored = write(&of(&entries), &plain, &key).expect("written");
        let inner = stored.strip_prefix(&first.prefix[..]).expect("the first entry's prefix");
        prop_assert_eq!(read(&*first.transformer(), inner, &key).expect("authentic"), fresh(&plain));
        prop_assert_eq!(read(&of(&entries), &stored, &key).expect("read"), fresh(&plain));
    }

    #[test]
    fn a_value_without_a_known_prefix_fits_none(stored in values(), key in keys(), secret in secrets()) {
        let prefix = b"k8s:enc:aesgcm:v1:key:".to_vec();
        prop_assume!(!stored.starts_with(&prefix));
        let transformer = of(&[behind(&prefix, &secret)]);
        let refused = read(&transformer, &stored, &key);
        prop_assert!(matches!(refused, Err(Error::NoMatch)), "{refused:?}");
    }

    #[test]
    fn the_first_of_two_prefixes_wins_only_where_it_can_read(
        secret in secrets(),
        plain in values(),
        key in keys(),
    ) {
        // A longer prefix behind a shorter one that begins it: the shorter one fits too, fails, and is passed over.
        let entries = [behind(b"a:", &secret), behind(b"a:b:", &secret)];
        let stored = entries[1].write(&plain, &key);
        let opened = read(&of(&entries), &stored, &key).expect("the second entry reads it");
        prop_assert_eq!((&opened.plain[..], opened.stale), (&plain[..], true));
    }
}

proptest! {
    // Each of these tries every bit, byte or length of its value.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn aes_gcm_refuses_every_flipped_bit(
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
    fn aes_gcm_refuses_every_other_length(
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

    #[test]
    fn no_entry_reads_a_damaged_or_moved_value(
        entries in rotations(),
        plain in vec(any::<u8>(), 0..48),
        key in keys(),
        other_key in keys(),
        place in any::<Index>(),
    ) {
        prop_assume!(key != other_key);
        let encrypting: Vec<&Entry> =
            entries.iter().filter(|entry| entry.secret.is_some()).collect();
        let writer = place.get(&encrypting);
        let mut stored = writer.write(&plain, &key);
        let moved = read(&of(&entries), &stored, &other_key);
        prop_assert!(moved.is_err(), "moved to another key: {moved:?}");
        for byte in writer.prefix.len()..stored.len() {
            stored[byte] ^= 0x10;
            let damaged = read(&of(&entries), &stored, &key);
            prop_assert!(damaged.is_err(), "byte {byte} of {}: {damaged:?}", stored.len());
            stored[byte] ^= 0x10;
        }
    }
}

#[test]
fn no_entries_read_and_write_nothing() {
    let empty = of(&[]);
    assert!(matches!(
        write(&empty, b"plain", b"/key"),
        Err(Error::NoTransformer)
    ));
    assert!(matches!(
        read(&empty, b"plain", b"/key"),
        Err(Error::NoMatch)
    ));
}
