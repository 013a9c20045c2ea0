//! Following a plugin to another key (backend §7.10).

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, advance};

use crate::value::{
    golden::{AT, PANDAS},
    kms::v2::{
        KmsV2, Provider,
        scripted::Scripted,
        source::Kind,
        tests::{pandas, read, write},
    },
};

const CONFIRMED: Duration = Duration::from_secs(3 * 60);

fn provider(plugin: &Arc<Scripted>) -> Provider {
    Provider::new("vault", plugin.clone())
}

/// Until when, with which key, how it is used.
fn current(provider: &Provider) -> (Duration, String, Kind) {
    let current = provider.current().expect("a data key");
    (
        current.until - Instant::now(),
        current.source.key_id.clone(),
        current.source.kind,
    )
}

#[tokio::test(start_paused = true)]
async fn the_same_key_is_prolonged_without_a_call_even_after_it_expired() {
    let plugin = Scripted::with_key("1");
    let provider = provider(&plugin);
    provider.follow("1", true).await.expect("a first key");
    assert_eq!(plugin.calls().encrypt, 1);
    for wait in [Duration::from_secs(1), CONFIRMED, CONFIRMED * 10] {
        advance(wait).await;
        provider.follow("1", true).await.expect("the same key");
        assert_eq!(current(&provider), (CONFIRMED, "1".to_owned(), Kind::Seed));
    }
    assert_eq!(plugin.calls().encrypt, 1);
}

#[tokio::test(start_paused = true)]
async fn another_key_or_another_use_is_a_new_source() {
    for wait in [Duration::ZERO, CONFIRMED * 10] {
        let plugin = Scripted::with_key("1");
        let mut provider = provider(&plugin);
        provider.follow("1", true).await.expect("a first key");
        for (round, (key_id, kind)) in [
            ("2", Kind::Seed),
            ("2", Kind::Key),
            ("2", Kind::Seed),
            ("3", Kind::Key),
        ]
        .into_iter()
        .enumerate()
        {
            advance(wait).await;
            let before = provider.current().expect("a data key").digest;
            plugin.script().status.key_id = key_id.to_owned();
            provider.kind = kind;
            provider.follow(key_id, true).await.expect("rotated");
            assert_eq!(current(&provider), (CONFIRMED, key_id.to_owned(), kind));
            assert_ne!(provider.current().expect("a data key").digest, before);
            assert_eq!(plugin.calls().encrypt, round + 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_rotated_stays_as_it_was_until_it_expires() {
    let plugin = Scripted::with_key("1");
    let provider = provider(&plugin);
    provider.follow("1", true).await.expect("a first key");
    advance(CONFIRMED / 3).await;

    plugin.go_down();
    let down = provider
        .follow("2", true)
        .await
        .expect_err("gone fishing")
        .to_string();
    plugin.script().down = None;
    plugin.script().encrypts_with = Some("3".to_owned());
    let other = provider
        .follow("2", true)
        .await
        .expect_err("another key")
        .to_string();
    plugin.script().encrypts_with = Some("2".to_owned());
    plugin.script().annotations = [("panda".to_owned(), "v".into())].into();
    let invalid = provider
        .follow("2", true)
        .await
        .expect_err("no domain")
        .to_string();
    assert_eq!(plugin.calls().encrypt, 4);
    assert_eq!(
        current(&provider),
        (CONFIRMED / 3 * 2, "1".to_owned(), Kind::Seed)
    );

    let (one, two) = (hash(b"1"), hash(b"2"));
    for (text, generated, encrypted) in [
        (
            down,
            "failed to encrypt DEK, error: rpc error: code = Unavailable desc = gone fishing",
            String::new(),
        ),
        (other, "<nil>", hash(b"3")),
        (
            invalid,
            "failed to validate annotations: annotations: Invalid value: \"panda\": a full domain name has two segments or more",
            String::new(),
        ),
    ] {
        assert!(text.starts_with("failed to rotate DEK uid=\""), "{text}");
        let rest = format!(
            "\", useSeed=true, errState=<nil>, errGen={generated}, statusKeyIDHash=\"{two}\", encryptKeyIDHash=\"{encrypted}\", stateKeyIDHash=\"{one}\", expirationTimestamp=20"
        );
        assert!(text.contains(&rest), "{text}\nlacks\n{rest}");
    }
}

#[tokio::test]
async fn without_a_first_source_there_is_none() {
    let plugin = Scripted::with_key("1");
    plugin.script().annotations = [("panda".to_owned(), "v".into())].into();
    let provider = provider(&plugin);
    let text = provider
        .follow("1", true)
        .await
        .expect_err("no domain")
        .to_string();
    assert!(
        text.contains("stateKeyIDHash=\"\", expirationTimestamp=never"),
        "{text}"
    );
    assert!(provider.current().is_err(), "no data key");
}

#[tokio::test]
async fn limits_of_what_a_plugin_answers_are_exact() {
    for (size, fits) in [(1023, true), (1024, true), (1025, false)] {
        let plugin = Scripted::with_key("1");
        plugin.script().ciphertext = Some(vec![b'c'; size].into());
        assert_eq!(provider(&plugin).follow("1", true).await.is_ok(), fits);

        let plugin = Scripted::with_key(&"k".repeat(size));
        assert_eq!(provider(&plugin).check().await.is_ok(), fits);
    }
    for (size, fits) in [(32_767, true), (32_768, true), (32_769, false)] {
        let plugin = Scripted::with_key("1");
        let annotation = ("a.b".to_owned(), vec![b'v'; size - 3].into());
        plugin.script().annotations = [annotation].into();
        assert_eq!(provider(&plugin).follow("1", true).await.is_ok(), fits);
    }
}

#[tokio::test]
async fn what_was_written_before_a_rotation_is_read_after_it_without_asking() {
    let plugin = Scripted::with_key("1");
    let transformer = KmsV2::new(Arc::new(provider(&plugin)));
    transformer
        .provider
        .follow("1", true)
        .await
        .expect("a first key");
    let stored = write(&transformer, AT).expect("written");
    plugin.script().status.key_id = "2".to_owned();
    transformer
        .provider
        .follow("2", true)
        .await
        .expect("rotated");
    let opened = read(&transformer, &stored, AT).await.expect("readable");
    assert_eq!(opened, pandas(true));
    let rewritten = write(&transformer, AT).expect("written");
    let opened = read(&transformer, &rewritten, AT).await.expect("readable");
    assert_eq!(opened, pandas(false));
    assert_eq!(plugin.calls().decrypt, 0);
}

fn hash(key_id: &[u8]) -> String {
    crate::value::kms::hashed(std::str::from_utf8(key_id).expect("text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_fails_while_keys_change() {
    let plugin = Scripted::with_key("0");
    let transformer = Arc::new(KmsV2::new(Arc::new(provider(&plugin))));
    let provider = transformer.provider.clone();
    provider.follow("0", true).await.expect("a first key");
    let work = (0..4).map(|_| {
        let transformer = transformer.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                let stored = write(&transformer, AT).expect("written");
                tokio::task::yield_now().await;
                let opened = read(&transformer, &stored, AT).await;
                assert_eq!(opened.expect("readable").plain, PANDAS);
            }
        })
    });
    let work: Vec<_> = work.collect();
    for round in 1..=200 {
        let key_id = round.to_string();
        plugin.script().status.key_id.clone_from(&key_id);
        provider.follow(&key_id, true).await.expect("rotated");
        tokio::task::yield_now().await;
    }
    for work in work {
        work.await.expect("nothing fails");
    }
    assert_eq!(plugin.calls().decrypt, 0, "all keys are this process's own");
}
