//! Writing, and when it stops (backend §7.9, §7.13.10).

use std::time::Duration;

use tokio::time::advance;

use super::{pandas, read, ready, write};
use crate::value::{
    golden::AT,
    kms::v2::{
        KmsV2, Provider,
        scripted::{Calls, Scripted},
        stored,
    },
};

const CONFIRMED: Duration = Duration::from_secs(3 * 60);

#[tokio::test]
async fn a_write_asks_nobody_and_is_read_without_asking() {
    let plugin = Scripted::with_key("1");
    let transformer = ready(&plugin).await;
    let before = plugin.calls();
    for _ in 0..10 {
        let stored = write(&transformer, AT).expect("written");
        assert_eq!(
            read(&transformer, &stored, AT).await.expect("readable"),
            pandas(false)
        );
    }
    assert_eq!(plugin.calls(), before);
    assert_eq!(
        before,
        Calls {
            status: 1,
            encrypt: 1,
            decrypt: 0
        }
    );
}

#[tokio::test]
async fn all_lengths_come_back_and_are_whole_objects() {
    use crate::value::{Context, Transformer};
    let transformer = ready(&Scripted::with_key("1")).await;
    for length in [0, 1, 15, 16, 17, 67, 68, 127, 128, 1024, 70_000] {
        let plain = vec![b'p'; length];
        let mut stored = Vec::new();
        transformer
            .to_storage(&plain, Context::of_key(AT), &mut stored)
            .await
            .expect("written");
        assert_eq!(stored.capacity(), stored.len(), "one allocation");
        let (value, _) = stored::split(stored.clone().into()).expect("an encrypted object");
        assert_eq!(value.len(), length + 60);
        let opened = read(&transformer, &stored.into(), AT).await;
        assert_eq!(opened.expect("readable").plain, plain);
    }
}

/// Backend §9.6, row 89.
#[tokio::test(start_paused = true)]
async fn writes_stop_after_three_minutes_and_reads_do_not() {
    let plugin = Scripted::with_key("1");
    let transformer = ready(&plugin).await;
    let stored = write(&transformer, AT).expect("written");
    let others = write(&ready(&plugin).await, AT).expect("written");

    advance(CONFIRMED).await;
    write(&transformer, AT).expect("to the very moment");
    advance(Duration::from_millis(1)).await;
    let error = write(&transformer, AT).expect_err("expired");
    assert!(error.is_unavailable());
    let text = error.to_string();
    let hash = "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
    assert!(
        text.starts_with(&format!(
            "encryptedDEKSource with keyID hash \"{hash}\" expired at 20"
        )),
        "{text}"
    );
    assert!(
        text.contains("Z (current time is 20") && text.ends_with("Z)"),
        "{text}"
    );

    plugin.go_down();
    assert_eq!(
        read(&transformer, &stored, AT).await.expect("readable"),
        pandas(false)
    );
    let error = read(&transformer, &others, AT)
        .await
        .expect_err("nobody has decrypted its key");
    assert!(error.is_unavailable());
    assert_eq!(
        error.to_string(),
        "failed to decrypt DEK, error: rpc error: code = Unavailable desc = gone fishing"
    );

    plugin.script().down = None;
    let encrypted = plugin.calls().encrypt;
    transformer.provider.check().await.expect("healthy again");
    write(&transformer, AT).expect("confirmed");
    assert_eq!(plugin.calls().encrypt, encrypted, "the key is the same");
}

#[tokio::test]
async fn while_the_plugin_is_away_all_goes_on() {
    let plugin = Scripted::with_key("1");
    let transformer = ready(&plugin).await;
    plugin.go_down();
    let stored = write(&transformer, AT).expect("written");
    read(&transformer, &stored, AT).await.expect("readable");
}

/// Backend §9.6, row 88.
#[tokio::test]
async fn before_the_plugin_was_well_once_neither_way_works_and_says_why() {
    let plugin = Scripted::with_key("1");
    let stored = write(&ready(&plugin).await, AT).expect("written");
    let never = KmsV2::new(Provider::new("vault", plugin.clone()).into());
    let unasked = write(&never, AT).expect_err("no data key").to_string();
    assert_eq!(
        unasked,
        "KMS provider vault has given no data key yet, so nothing can be read or written; its last status: none yet"
    );
    plugin.go_down();
    never.provider.check().await.expect_err("gone fishing");
    let written = write(&never, AT).expect_err("no data key");
    let read = read(&never, &stored, AT).await.expect_err("no data key");
    for error in [written, read] {
        assert!(error.is_unavailable(), "{error}");
        assert!(
            error.to_string().ends_with(
                "its last status: failed to perform status section of the healthz check for KMS Provider vault, error: rpc error: code = Unavailable desc = gone fishing"
            ),
            "{error}"
        );
    }
}
