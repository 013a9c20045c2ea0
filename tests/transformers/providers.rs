//! What holds of every provider that needs nobody else (backend §7.13).

use std::sync::Arc;

use futures::FutureExt;
use proptest::{collection::vec, prelude::*};
use storeproof::value::{
    AesCbc, AesGcm, Context, CountingAesGcm, DerivingAesGcm, Secretbox, Transformer,
};

use super::{fresh, keys, read, values, write};

/// A provider, and whether it notices what was changed, and whether it binds values to keys.
struct Provider {
    name: &'static str,
    transformer: Arc<dyn Transformer>,
    authenticates: bool,
    binds: bool,
}

fn providers(secret: [u8; 32]) -> Vec<Provider> {
    let provider = |name, transformer, authenticates, binds| Provider {
        name,
        transformer,
        authenticates,
        binds,
    };
    let (counting, _) = CountingAesGcm::generate().expect("random bytes");
    let gcm = AesGcm::new(&secret).expect("32 bytes");
    let deriving = DerivingAesGcm::new(&secret).expect("32 bytes");
    let secretbox = Secretbox::new(&secret).expect("32 bytes");
    let cbc = AesCbc::new(&secret).expect("32 bytes");
    vec![
        provider("AES-GCM", Arc::new(gcm), true, true),
        provider("AES-GCM, counting", Arc::new(counting), true, true),
        provider("AES-GCM, deriving", Arc::new(deriving), true, true),
        provider("secretbox", Arc::new(secretbox), true, false),
        provider("AES-CBC", Arc::new(cbc), false, false),
    ]
}

/// Keys of objects: there is always one.
fn full_keys() -> impl Strategy<Value = Vec<u8>> {
    keys().prop_filter("objects have a key", |key| !key.is_empty())
}

proptest! {
    #[test]
    fn all_read_what_they_wrote_where_they_wrote_it(
        secret in any::<[u8; 32]>(),
        plain in values(),
        key in full_keys(),
        other_key in full_keys(),
    ) {
        prop_assume!(key != other_key);
        for Provider { name, transformer, binds, .. } in providers(secret) {
            let stored = write(&*transformer, &plain, &key).expect("written");
            prop_assert_eq!(read(&*transformer, &stored, &key).expect("readable"), fresh(&plain));
            let moved = read(&*transformer, &stored, &other_key);
            prop_assert_eq!(moved.is_err(), binds, "{}: {:?}", name, moved);
        }
    }

    #[test]
    fn what_nobody_wrote_is_refused_or_at_least_survived(
        secret in any::<[u8; 32]>(),
        stored in values(),
        key in full_keys(),
    ) {
        for Provider { name, transformer, authenticates, .. } in providers(secret) {
            let opened = read(&*transformer, &stored, &key);
            prop_assert!(opened.is_err() || !authenticates, "{}: {:?}", name, opened);
        }
    }

    #[test]
    fn another_secret_reads_something_else_or_nothing(
        secret in any::<[u8; 32]>(),
        other in any::<[u8; 32]>(),
        plain in values(),
        key in full_keys(),
    ) {
        prop_assume!(secret != other);
        for (writer, reader) in providers(secret).into_iter().zip(providers(other)) {
            let stored = write(&*writer.transformer, &plain, &key).expect("written");
            match read(&*reader.transformer, &stored, &key) {
                Ok(opened) => prop_assert!(!reader.authenticates && opened.plain != plain),
                Err(error) => prop_assert!(!error.is_unavailable(), "{}", error),
            }
        }
    }

    /// One allocation holds what is stored, and what is read stays where it was stored.
    #[test]
    fn nothing_is_copied_that_need_not_be(
        secret in any::<[u8; 32]>(),
        plain in vec(any::<u8>(), 1..2000),
        key in full_keys(),
    ) {
        for Provider { name, transformer, .. } in providers(secret) {
            let stored = write(&*transformer, &plain, &key).expect("written");
            prop_assert_eq!(stored.capacity(), stored.len(), "{}", name);
            let place = stored.as_ptr_range();
            let opened = transformer
                .from_storage(stored.into(), Context::of_key(&key))
                .now_or_never()
                .expect("local transformers answer at once")
                .expect("readable");
            prop_assert!(place.contains(&opened.plain.as_ptr()), "{}", name);
        }
    }
}
