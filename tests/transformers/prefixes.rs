//! Several transformers, told apart by a prefix, as they are during a rotation.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*, sample::Index};
use storeproof::value::{Error, Identity, PrefixTransformers, Transformer};

use super::{ENCRYPTED, aes_gcm, fresh, keys, read, secrets, values, write};

/// A prefix and the secret behind it; the identity has none.
#[derive(Clone, Debug)]
pub(super) struct Entry {
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

pub(super) fn of(entries: &[Entry]) -> PrefixTransformers {
    PrefixTransformers::new(
        entries
            .iter()
            .map(|entry| (entry.prefix.clone(), entry.transformer())),
    )
}

/// One entry behind a prefix of its own.
pub(super) fn behind(prefix: &[u8], secret: &[u8]) -> Entry {
    Entry {
        prefix: prefix.to_vec(),
        secret: Some(secret.to_vec()),
    }
}

proptest! {
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
    // It tries every byte of its value.
    #![proptest_config(ProptestConfig::with_cases(64))]

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
    let written = write(&empty, b"plain", b"/key").map(drop);
    let read = read(&empty, b"plain", b"/key").map(drop);
    for outcome in [written, read] {
        assert!(matches!(outcome, Err(Error::NoMatch)), "{outcome:?}");
    }
}
