//! How a plugin is, how long that is believed, and how often it is asked (backend §7.10).

use std::{sync::Arc, time::Duration};

use tokio::time::{advance, sleep};

use crate::value::kms::v2::{Provider, scripted::Scripted};

fn provider(plugin: &Arc<Scripted>) -> Provider {
    Provider::new("vault", plugin.clone())
}

#[tokio::test]
async fn everything_that_is_wrong_is_told() {
    let plugin = Scripted::with_key("");
    plugin.script().status.healthz = "ill".to_owned();
    plugin.script().status.version = "v3".to_owned();
    let error = provider(&plugin).check().await.expect_err("ill");
    assert_eq!(
        error.to_string(),
        "kmsv2 Provider vault is not healthy, error: [got unexpected healthz status: ill, \
         expected KMSv2 API version v2, got v3, got invalid KMSv2 KeyID hash \"\": keyID is empty]"
    );

    let long = "k".repeat(1025);
    let plugin = Scripted::with_key(&long);
    let error = provider(&plugin).check().await.expect_err("too long");
    let hash = crate::value::kms::hashed(&long);
    assert_eq!(
        error.to_string(),
        format!(
            "kmsv2 Provider vault is not healthy, error: got invalid KMSv2 KeyID hash \"{hash}\": keyID is 1025 bytes, which exceeds the max size of 1024"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn both_names_of_the_version_will_do_but_only_the_first_one_told() {
    let plugin = Scripted::with_key("1");
    plugin.script().status.version = "v2beta1".to_owned();
    let provider = provider(&plugin);
    provider.check().await.expect("healthy");
    advance(Duration::from_secs(20)).await;
    plugin.script().status.version = "v2".to_owned();
    let error = provider.check().await.expect_err("another version");
    assert_eq!(
        error.to_string(),
        "kmsv2 Provider vault is not healthy, error: KMSv2 API version should not change after the initial status response version v2beta1, got v2"
    );
}

/// Backend §9.6, row 90.
#[tokio::test(start_paused = true)]
async fn a_plugin_that_is_unwell_confirms_its_key_but_is_followed_to_no_other() {
    let plugin = Scripted::with_key("1");
    let provider = provider(&plugin);
    provider.check().await.expect("healthy");
    let until = provider.current().expect("a data key").until;
    advance(Duration::from_secs(60)).await;

    plugin.script().status.healthz = "ill".to_owned();
    provider.check().await.expect_err("ill");
    let confirmed = provider.current().expect("a data key").until;
    assert_eq!(confirmed - until, Duration::from_secs(60));

    for (healthz, version) in [("ill", "v2"), ("ok", "v3")] {
        advance(Duration::from_secs(3)).await;
        plugin.script().status.key_id = "2".to_owned();
        plugin.script().status.healthz = healthz.to_owned();
        plugin.script().status.version = version.to_owned();
        provider.check().await.expect_err("ill");
        let current = provider.current().expect("a data key");
        assert_eq!((&*current.source.key_id, current.until), ("1", confirmed));
    }
    assert_eq!(plugin.calls().encrypt, 1);

    advance(Duration::from_secs(3)).await;
    plugin.script().status.version = "v2".to_owned();
    provider.check().await.expect("well again");
    assert_eq!(provider.current().expect("a data key").source.key_id, "2");
}

/// Backend §9.6, row 91: a failure that is repeated reads as it did at first.
#[tokio::test(start_paused = true)]
async fn a_good_result_is_believed_for_20_s_and_a_bad_one_for_3_s() {
    let plugin = Scripted::with_key("1");
    let provider = provider(&plugin);
    let almost = |seconds| Duration::from_secs(seconds) - Duration::from_millis(1);

    provider.check().await.expect("healthy");
    plugin.go_down();
    advance(almost(20)).await;
    provider.check().await.expect("believed");
    assert_eq!(plugin.calls().status, 1);
    advance(Duration::from_millis(1)).await;
    let fresh = provider.check().await.expect_err("down").to_string();
    assert_eq!(
        fresh,
        "failed to perform status section of the healthz check for KMS Provider vault, error: rpc error: code = Unavailable desc = gone fishing"
    );
    plugin.script().down = None;
    advance(almost(3)).await;
    let cached = provider.check().await.expect_err("believed").to_string();
    assert_eq!(cached, fresh);
    assert_eq!(plugin.calls().status, 2);
    advance(Duration::from_millis(1)).await;
    provider.check().await.expect("healthy again");
    assert_eq!(plugin.calls().status, 3);
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_each_minute_and_each_ten_seconds_while_it_is_not_well() {
    let plugin = Scripted::with_key("1");
    plugin.go_down();
    let (provider, status) = Provider::start("vault", plugin.clone()).await;
    assert!(provider.current().is_err(), "no data key yet");
    // Looks fall on whole multiples of ten seconds; these sleeps end between them.
    sleep(Duration::from_secs(35)).await;
    assert_eq!(plugin.calls().status, 4, "at 0, 10, 20 and 30 s");
    plugin.script().down = None;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(
        plugin.calls().status,
        5,
        "at 40 s, and then not before 100 s"
    );
    provider.current().expect("a data key");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(plugin.calls().status, 6, "at 100 s");
    plugin.go_down();
    sleep(Duration::from_secs(30)).await;
    assert_eq!(plugin.calls().status, 9, "at 160, 170 and 180 s");
    drop(status);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(plugin.calls().status, 9, "the loop is gone");
}

#[tokio::test(start_paused = true)]
async fn the_loop_keeps_writes_going_for_ever() {
    let plugin = Scripted::with_key("1");
    let (provider, _status) = Provider::start("vault", plugin.clone()).await;
    for _ in 0..100 {
        sleep(Duration::from_secs(100)).await;
        let current = provider.current().expect("a data key");
        assert!(current.until > tokio::time::Instant::now());
    }
    assert_eq!(plugin.calls().encrypt, 1);
    plugin.script().status.key_id = "2".to_owned();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(provider.current().expect("a data key").source.key_id, "2");
}

#[tokio::test]
async fn many_who_check_at_once_make_one_call() {
    let plugin = Scripted::with_key("1");
    let provider = provider(&plugin);
    let checks = futures::future::join_all((0..50).map(|_| provider.check())).await;
    assert!(checks.iter().all(Result::is_ok));
    assert_eq!(plugin.calls().status, 1);
}
