//! Values that were changed, cut or moved (backend §7.13, §9.6 rows 84 and 93).

use std::sync::Arc;

use bytes::Bytes;

use super::{pandas, read, ready, write};
use crate::value::{
    Error,
    golden::{AT, PANDAS},
    kms::v2::{KmsV2, scripted::Scripted},
};

async fn annotated() -> (Arc<Scripted>, KmsV2, Bytes) {
    let plugin = Scripted::with_key("key-1");
    plugin.script().annotations = [("k.example.com".to_owned(), "v".into())].into();
    let transformer = ready(&plugin).await;
    let stored = write(&transformer, AT).expect("written");
    (plugin, transformer, stored)
}

#[tokio::test]
async fn no_flipped_bit_changes_what_is_read() {
    let (_plugin, transformer, stored) = annotated().await;
    let value = 2..2 + PANDAS.len() + 60;
    let mut stale = 0;
    for bit in 0..stored.len() * 8 {
        let mut flipped = stored.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        match read(&transformer, &flipped.into(), AT).await {
            Ok(opened) => {
                assert!(!value.contains(&(bit / 8)), "bit {bit} is authenticated");
                assert_eq!(opened.plain, PANDAS, "bit {bit}");
                stale += usize::from(opened.stale);
            }
            Err(error) => assert!(
                !error.is_unavailable(),
                "bit {bit} is damage and no outage: {error}"
            ),
        }
    }
    // What this plugin does not look at, the name of its key, is protected by nobody.
    assert!(stale > 0 && stale <= "key-1".len() * 8, "{stale}");
}

#[tokio::test]
async fn no_shorter_or_longer_value_is_read() {
    let (_plugin, transformer, stored) = annotated().await;
    for length in 0..stored.len() {
        read(&transformer, &stored.slice(..length), AT)
            .await
            .expect_err("truncated");
    }
    let longer = [&stored[..], &[0]].concat();
    read(&transformer, &longer.into(), AT)
        .await
        .expect_err("extended");
}

#[tokio::test]
async fn a_value_is_read_at_its_key_only_but_an_older_one_is_not_told_apart() {
    let (_plugin, transformer, older) = annotated().await;
    let newer = write(&transformer, AT).expect("written");
    for stored in [&older, &newer] {
        let moved = read(&transformer, stored, "/elsewhere").await;
        assert!(matches!(moved, Err(Error::Authentication)), "{moved:?}");
        assert_eq!(
            read(&transformer, stored, AT).await.expect("readable"),
            pandas(false)
        );
    }
}

#[tokio::test]
async fn junk_is_refused_as_damage() {
    let (_plugin, transformer, _) = annotated().await;
    for junk in [&b""[..], b"plain", &[0x0a], &[0xff; 100], &[0; 100]] {
        let error = read(&transformer, &Bytes::copy_from_slice(junk), AT)
            .await
            .expect_err("junk");
        assert!(!error.is_unavailable(), "{error}");
    }
}
