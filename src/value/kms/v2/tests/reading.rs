//! Reading what others wrote (backend §7.9, §7.13.10).

use futures::{FutureExt, future::join_all};
use tonic::Code;

use super::{pandas, read, ready, write};
use crate::value::{
    Context, Transformer,
    golden::AT,
    kms::{
        RpcError,
        v2::{KmsV2, Provider, scripted::Scripted},
    },
};

#[tokio::test]
async fn another_process_asks_once_for_each_source_and_never_again() {
    let plugin = Scripted::with_key("1");
    let (one, two) = (ready(&plugin).await, ready(&plugin).await);
    let stored = [
        write(&one, AT).expect("written"),
        write(&two, AT).expect("written"),
    ];
    let reader = ready(&plugin).await;
    let all = (0..50).flat_map(|_| stored.iter().map(|stored| read(&reader, stored, AT)));
    for opened in join_all(all).await {
        assert_eq!(opened.expect("readable"), pandas(false));
    }
    assert_eq!(plugin.calls().decrypt, 2, "one for each source");
    plugin.go_down();
    for stored in &stored {
        read(&reader, stored, AT)
            .await
            .expect("its key is remembered");
    }
    assert_eq!(plugin.calls().decrypt, 2);
}

/// Neither of its own process nor of another one: what is read stays where it was stored.
#[tokio::test]
async fn a_value_whose_key_is_known_is_decrypted_in_place() {
    let plugin = Scripted::with_key("1");
    let (one, two) = (ready(&plugin).await, ready(&plugin).await);
    let stored = write(&one, AT).expect("written").to_vec();
    read(&two, &stored.clone().into(), AT).await.expect("asked");
    for reader in [&one, &two] {
        let stored = stored.clone();
        let place = stored.as_ptr_range();
        let opened = reader
            .from_storage(stored.into(), Context::of_key(AT))
            .now_or_never()
            .expect("at once");
        let plain = opened.expect("readable").plain;
        assert!(place.contains(&plain.as_ptr()));
    }
}

/// The key's name decides, and how the source is used; which source it is does not (backend §9.6, row 92).
#[tokio::test]
async fn a_value_is_stale_where_a_write_would_use_another_key() {
    let plugin = Scripted::with_key("1");
    let seed = ready(&plugin).await;
    let provider = Provider::new("vault", plugin.clone()).without_seeds();
    provider.check().await.expect("healthy");
    let key = KmsV2::new(provider.into());
    let (by_seed, by_key) = (
        write(&seed, AT).expect("written"),
        write(&key, AT).expect("written"),
    );
    let again = ready(&plugin).await;
    for (reader, stored, stale) in [
        (&seed, &by_seed, false),
        (&again, &by_seed, false),
        (&seed, &by_key, true),
        (&key, &by_key, false),
        (&key, &by_seed, true),
    ] {
        let opened = read(reader, stored, AT).await.expect("readable");
        assert_eq!(opened, pandas(stale));
    }

    plugin.script().status.key_id = "2".to_owned();
    let after = ready(&plugin).await;
    for stored in [&by_seed, &by_key] {
        let opened = read(&after, stored, AT).await.expect("readable");
        assert_eq!(opened, pandas(true));
    }
}

#[tokio::test]
async fn one_ciphertext_with_different_annotations_is_two_sources() {
    let plugin = Scripted::with_key("1");
    plugin.script().ciphertext = Some("always the same".into());
    let mut stored = Vec::new();
    for value in ["a", "b"] {
        let annotations = [("k.example.com".to_owned(), value.into())];
        plugin.script().annotations = annotations.into();
        stored.push(write(&ready(&plugin).await, AT).expect("written"));
    }
    plugin.script().ciphertext = None;
    let reader = ready(&plugin).await;
    for stored in stored.iter().chain(&stored) {
        let opened = read(&reader, stored, AT).await.expect("readable");
        assert_eq!(opened, pandas(false));
    }
}

/// A value that might be sound must not look corrupt: corrupt objects can be deleted unseen.
#[tokio::test]
async fn only_a_plugin_that_blames_the_bytes_makes_a_value_corrupt() {
    let plugin = Scripted::with_key("1");
    let stored = write(&ready(&plugin).await, AT).expect("written");
    let reader = ready(&plugin).await;
    for (code, outage) in [
        (Code::Unavailable, true),
        (Code::DeadlineExceeded, true),
        (Code::Unknown, true),
        (Code::NotFound, true),
        (Code::PermissionDenied, true),
        (Code::InvalidArgument, false),
        (Code::DataLoss, false),
    ] {
        plugin.script().down = Some(RpcError::new(code, "no"));
        let error = read(&reader, &stored, AT).await.expect_err("refused");
        assert_eq!(error.is_unavailable(), outage, "{error}");
    }
}

#[tokio::test]
async fn what_is_no_key_says_nothing_about_the_value() {
    let plugin = Scripted::with_key("1");
    let stored = write(&ready(&plugin).await, AT).expect("written");
    let reader = ready(&plugin).await;
    plugin.forget_all_but(31);
    let error = read(&reader, &stored, AT).await.expect_err("31 bytes");
    assert_eq!(
        error.to_string(),
        "the KMS plugin decrypted a data key to something else: invalid seed length 31 used for key generation"
    );
    assert!(error.is_unavailable());
}
