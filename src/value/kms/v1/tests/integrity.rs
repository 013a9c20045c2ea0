//! Values that were changed, cut, or written otherwise (backend §7.7).

use std::sync::{Arc, atomic::Ordering};

use bytes::Bytes;

use super::{KmsV1, Scripted, counted_cbc, framed, pandas, read, write};
use crate::value::{
    AesGcm, Error,
    golden::{AT, PANDAS, counted_key, seal},
};

/// Backend §9.6, row 81: AES-CBC is tried where the value has its shape, and believed only where it is wanted.
#[tokio::test]
async fn values_from_before_1_25_are_read_as_stale_once_they_are_wanted() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", &counted_key());
    let (older, authenticated) = (
        KmsV1::new(plugin.clone(), 10).reading_older(),
        KmsV1::new(plugin, 10),
    );
    let stored = framed(&seal(&counted_cbc(), PANDAS, AT));
    let wrong_padding = framed(&[0x55; 32]);
    // Twice: the second time its key is remembered.
    for _ in 0..2 {
        let opened = read(&older, &stored, AT).await.expect("readable");
        assert_eq!(opened, pandas(true));
        let error = read(&authenticated, &stored, AT).await.expect_err("older");
        assert_eq!(
            error.to_string(),
            "cipher: message authentication failed; if the value was written before 1.25, allow reading older values (reading_older)"
        );
        assert!(error.is_unavailable(), "it may be sound");

        let refused = read(&authenticated, &wrong_padding, AT).await;
        assert!(matches!(refused, Err(Error::Authentication)), "{refused:?}");
        let error = read(&older, &wrong_padding, AT).await.expect_err("neither");
        let text = error.to_string();
        let both = "[cipher: message authentication failed, invalid ";
        assert!(text.starts_with(both), "{text}");
    }
    let fresh = write(&older).await.expect("written");
    assert_eq!(
        read(&older, &fresh, AT).await.expect("readable"),
        pandas(false)
    );
}

#[tokio::test]
async fn no_changed_value_is_read() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", &counted_key());
    let transformer = KmsV1::new(plugin, 10);
    let gcm = AesGcm::new(&counted_key()).expect("32 bytes");
    // 4 bytes more than whole blocks: with nonce and tag they have the shape of AES-CBC.
    for length in [0, 4, 20] {
        let stored = framed(&seal(&gcm, &vec![b'p'; length], AT));
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            read(&transformer, &flipped.into(), AT)
                .await
                .expect_err("a flipped bit");
        }
        for length in 0..stored.len() {
            read(&transformer, &stored.slice(..length), AT)
                .await
                .expect_err("truncated");
        }
    }
}

#[tokio::test]
async fn what_does_not_begin_with_a_key_is_damage() {
    let transformer = KmsV1::new(Arc::new(Scripted::default()), 10);
    for stored in [&b""[..], &[0], &[0, 1], &[0xff, 0xff, 1, 2, 3]] {
        let error = read(&transformer, &Bytes::copy_from_slice(stored), AT)
            .await
            .expect_err("no key");
        assert_eq!(
            error.to_string(),
            "invalid data encountered by envelope transformer: failed to read uint16 length prefixed data"
        );
        assert!(!error.is_unavailable());
    }
}

/// Backend §9.6, row 87.
#[tokio::test]
async fn an_encrypted_key_has_65535_bytes_at_most() {
    let plugin = Arc::new(Scripted::default());
    let transformer = KmsV1::new(plugin.clone(), 0);
    for size in [65_534, 65_535] {
        plugin.longest.store(size, Ordering::Relaxed);
        let stored = write(&transformer).await.expect("written");
        read(&transformer, &stored, AT).await.expect("readable");
    }
    plugin.longest.store(65_536, Ordering::Relaxed);
    let error = write(&transformer).await.expect_err("too long");
    assert_eq!(
        error.to_string(),
        "the KMS plugin encrypted a data key to 65536 bytes, which exceeds the max size of 65535"
    );
}

#[tokio::test]
async fn what_is_no_key_says_nothing_about_the_value() {
    let plugin = Arc::new(Scripted::default());
    plugin.knows("1:EDEK", b"five!");
    let error = read(&KmsV1::new(plugin, 10), &framed(&[0; 40]), AT)
        .await
        .expect_err("five bytes");
    assert_eq!(
        error.to_string(),
        "the KMS plugin decrypted a data key to something else: an AES key has 16, 24 or 32 bytes, not 5"
    );
    assert!(error.is_unavailable());
}
