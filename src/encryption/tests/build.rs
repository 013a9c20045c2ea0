use std::{sync::Arc, time::Duration};

use super::{
    super::{Load, Loaded},
    File, entry, file, open, provider, seal,
    services::Services,
};
use crate::storage::GroupResource;

pub(super) async fn load(text: &str) -> Result<Loaded, String> {
    let file = File::of(text);
    let load = Load::from_file(&file.path)
        .with_key_services(Arc::new(Services::new()))
        .allow_kms_v1(true);
    let loaded = load.load().await;
    loaded.map_err(|error| error.to_string())
}

fn kms(version: &str, name: &str, timeout: &str) -> String {
    format!(
        "kms: {{apiVersion: {version}, name: {name}, endpoint: 'unix:///a', timeout: {timeout}}}"
    )
}

#[tokio::test]
async fn values_carry_provider_and_key_before_them() {
    for (line, prefix) in [
        (provider("aesgcm", "a"), "k8s:enc:aesgcm:v1:a:"),
        (provider("aescbc", "a"), "k8s:enc:aescbc:v1:a:"),
        (provider("secretbox", "a"), "k8s:enc:secretbox:v1:a:"),
        (kms("v1", "svc", "3s"), "k8s:enc:kms:v1:svc:"),
        (kms("v2", "svc", "3s"), "k8s:enc:kms:v2:svc:"),
        ("identity: {}".to_owned(), "plain"),
    ] {
        let text = file(&[entry("[secrets]", &[line])]);
        let loaded = load(&text).await.expect(&text);
        let transformer = loaded
            .transformers
            .for_resource(&GroupResource::core("secrets"));
        let stored = seal(&*transformer, "plain").await;
        assert!(stored.starts_with(prefix.as_bytes()), "{stored:?}");
        let opened = open(&*transformer, &stored).await.expect(prefix);
        assert_eq!((&opened.plain[..], opened.stale), (&b"plain"[..], false));
    }
}

#[tokio::test]
async fn the_first_provider_writes_and_all_read() {
    let lines = [
        provider("aesgcm", "ab"),
        provider("aescbc", "ab"),
        provider("secretbox", "ab"),
        kms("v1", "one", "3s"),
        kms("v2", "two", "3s"),
        "identity: {}".to_owned(),
    ];
    let mut transformers = Vec::new();
    for first in 0..lines.len() {
        let mut lines = lines.clone();
        lines.rotate_left(first);
        let loaded = load(&file(&[entry("[secrets]", &lines)]))
            .await
            .expect("valid");
        transformers.push(
            loaded
                .transformers
                .for_resource(&GroupResource::core("secrets")),
        );
    }
    for (writer, writes) in transformers.iter().enumerate() {
        let stored = seal(&**writes, "plain").await;
        for (reader, reads) in transformers.iter().enumerate() {
            let opened = open(&**reads, &stored).await.expect("one of its own");
            assert_eq!(&opened.plain[..], b"plain");
            assert_eq!(opened.stale, writer != reader);
        }
    }
}

#[tokio::test]
async fn the_first_key_writes_and_all_read() {
    for (kind, refusal) in [
        (
            "aesgcm",
            "no matching key was found for the provided AES transformer",
        ),
        (
            "aescbc",
            "no matching key was found for the provided AES transformer",
        ),
        (
            "secretbox",
            "no matching key was found for the provided Secretbox transformer",
        ),
    ] {
        let of = async |letters: &str| {
            let text = file(&[entry("[secrets]", &[provider(kind, letters)])]);
            let loaded = load(&text).await.expect("valid");
            loaded
                .transformers
                .for_resource(&GroupResource::core("secrets"))
        };
        let stored = seal(&*of("ab").await, "plain").await;
        assert!(
            !open(&*of("ab").await, &stored)
                .await
                .expect("its own")
                .stale
        );
        assert!(
            open(&*of("ba").await, &stored)
                .await
                .expect("its own")
                .stale
        );
        let error = open(&*of("b").await, &stored)
            .await
            .expect_err("the key is gone");
        assert_eq!(error.to_string(), refusal);
        let other = bytes::Bytes::from_static(b"{}");
        let error = open(&*of("a").await, &other)
            .await
            .expect_err("no identity");
        assert_eq!(error.to_string(), "no matching prefix found");
    }
}

#[tokio::test]
async fn what_no_rule_covers_is_stored_as_it_is() {
    let loaded = load(&file(&[entry("[secrets]", &[provider("aesgcm", "a")])]))
        .await
        .expect("valid");
    let (pods, secrets) = (GroupResource::core("pods"), GroupResource::core("secrets"));
    let pods = loaded.transformers.for_resource(&pods);
    assert_eq!(seal(&*pods, "plain").await, "plain");
    let stored = seal(&*loaded.transformers.for_resource(&secrets), "plain").await;
    let error = open(&*pods, &stored).await.expect_err("encrypted");
    assert_eq!(
        error.to_string(),
        "identity transformer tried to read encrypted data"
    );
}

#[tokio::test]
async fn identity_before_a_key_hides_nothing() {
    let lines = ["identity: {}".to_owned(), provider("aesgcm", "a")];
    let loaded = load(&file(&[entry("[secrets]", &lines)]))
        .await
        .expect("valid");
    let mixed = loaded
        .transformers
        .for_resource(&GroupResource::core("secrets"));
    let sealed = load(&file(&[entry("[secrets]", &lines[1..])]))
        .await
        .expect("valid");
    let sealed = sealed
        .transformers
        .for_resource(&GroupResource::core("secrets"));
    let opened = open(&*mixed, &seal(&*sealed, "plain").await)
        .await
        .expect("the key is there");
    assert_eq!((&opened.plain[..], opened.stale), (&b"plain"[..], true));
}

#[tokio::test]
async fn errors_say_at_which_step_it_failed() {
    let kms_v1 = file(&[entry("[secrets]", &[kms("v1", "svc", "3s")])]);
    let written = File::of(&kms_v1);
    let gone = written.path.with_extension("gone");
    let rows = [
        (gone.clone(), format!("error while parsing file: error while loading file: error reading encryption provider configuration file \"{}\": ", gone.display())),
        (written.path.clone(), "error while building transformers: KMSv1 is deprecated and will only receive security updates going forward. Use KMSv2 instead.  Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature.".to_owned()),
    ];
    for (path, expected) in rows {
        let error = Load::from_file(path)
            .load()
            .await
            .expect_err("not loaded")
            .to_string();
        assert!(error.starts_with(&expected), "{error}");
    }
    let unreachable = Load::from_file(&written.path)
        .allow_kms_v1(true)
        .load()
        .await;
    assert_eq!(
        unreachable.expect_err("no services").to_string(),
        "error while building transformers: could not configure KMSv1-Plugin's probe \"svc\", error: no key management service \
         can be reached from here: load the configuration with key services"
    );
    for (text, expected) in [
        (
            "",
            "error while parsing file: error while loading file: encryption provider configuration file \"",
        ),
        (
            "{",
            "error while parsing file: error decoding encryption provider configuration file \"",
        ),
        (
            "kind: TracingConfiguration\napiVersion: apiserver.config.k8s.io/v1",
            "error while parsing file: got unexpected config type: apiserver.config.k8s.io/v1, Kind=TracingConfiguration",
        ),
        (
            "kind: EncryptionConfig\napiVersion: v1",
            "error while parsing file: resources: Required value: at least one resources is required",
        ),
    ] {
        let error = load(text).await.expect_err("not loaded");
        assert!(error.starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_configuration_is_closed_after_twice_the_time_of_its_services() {
    for (services, seconds) in [
        (vec![("v1", 10), ("v2", 3)], 46),
        (vec![("v1", 3), ("v2", 10)], 32),
        (vec![("v1", 5), ("v2", 3)], 26),
        (vec![("v1", 3), ("v2", 1)], 14),
        (vec![("v1", 7), ("v2", 3)], 34),
        (vec![("v2", 15), ("v1", 3)], 42),
        (vec![], 0),
    ] {
        let mut lines = vec![provider("aesgcm", "a")];
        for (index, (version, seconds)) in services.iter().enumerate() {
            lines.push(kms(version, &format!("n{index}"), &format!("{seconds}s")));
        }
        let loaded = load(&file(&[entry("[secrets]", &lines)]))
            .await
            .expect("valid");
        assert_eq!(loaded.close_grace_period, Duration::from_secs(seconds));
    }
}

#[tokio::test]
async fn checks_are_one_where_the_file_is_followed_or_all_services_are_new() {
    let names = |loaded: &Loaded| {
        let names = loaded.checks.iter().map(|check| check.name.clone());
        names.collect::<Vec<_>>()
    };
    for (versions, alone, followed) in [
        (vec![], vec![], vec!["kms-providers"]),
        (vec!["v1"], vec!["kms-provider-0"], vec!["kms-providers"]),
        (
            vec!["v2", "v2"],
            vec!["kms-providers"],
            vec!["kms-providers"],
        ),
        (
            vec!["v1", "v2"],
            vec!["kms-provider-0", "kms-provider-1"],
            vec!["kms-providers"],
        ),
    ] {
        let services = Services::new();
        let mut lines = vec!["identity: {}".to_owned()];
        for (index, version) in versions.iter().enumerate() {
            lines.push(kms(version, &format!("n{index}"), "3s"));
        }
        let file = File::of(&file(&[entry("[secrets]", &lines)]));
        let load = Load::from_file(&file.path)
            .with_key_services(Arc::new(services.clone()))
            .allow_kms_v1(true);
        assert_eq!(names(&load.load().await.expect("valid")), alone);
        let loaded = load.reloading().load().await.expect("valid");
        assert_eq!(names(&loaded), followed);
        loaded.check().await.expect("all are well");
        services.are(Some("ill"));
        let illnesses: Vec<_> = (0..versions.len())
            .map(|index| format!("kms-provider-{index}: ill"))
            .collect();
        let expected = match illnesses.as_slice() {
            [] => None,
            [illness] => Some(illness.clone()),
            illnesses => Some(format!("[{}]", illnesses.join(", "))),
        };
        assert_eq!(
            loaded.check().await.err().map(|error| error.to_string()),
            expected
        );
    }
}
