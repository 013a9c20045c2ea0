//! A configuration file that names key management services, over plugins that listen on sockets (backend §7.11).

use std::{fs, sync::Arc};

use bytes::Bytes;
use storeproof::{
    encryption::{Load, Loaded, Plugins},
    storage::GroupResource,
    value::{Context, Transformer},
};
use storeproof_fixtures::kms::Plugin;
use tonic::Code;

const KEY: &str = "/registry/secrets/ns/name";

async fn load(providers: &[String]) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("encryption.yaml");
    let providers: String = providers
        .iter()
        .map(|line| format!("  - {line}\n"))
        .collect();
    let text = format!(
        "kind: EncryptionConfig\napiVersion: v1\nresources:\n- resources: [secrets]\n  providers:\n{providers}"
    );
    fs::write(&path, text).expect("room for a file");
    let load = Load::from_file(path)
        .with_key_services(Arc::new(Plugins))
        .allow_kms_v1(true);
    load.load().await.expect("valid")
}

fn kms(version: &str, name: &str, plugin: &Plugin) -> String {
    format!(
        "kms: {{apiVersion: {version}, name: {name}, endpoint: '{}'}}",
        plugin.url()
    )
}

fn secrets(loaded: &Loaded) -> Arc<dyn Transformer> {
    loaded
        .transformers
        .for_resource(&GroupResource::core("secrets"))
}

async fn seal(transformer: &dyn Transformer) -> Bytes {
    let mut stored = Vec::new();
    let sealed = transformer.to_storage(b"plain", Context::of_key(KEY), &mut stored);
    sealed.await.expect("the plugin is there");
    stored.into()
}

#[tokio::test]
async fn values_of_both_versions_are_written_and_read() {
    let (one, two) = (
        Plugin::started().expect("it listens"),
        Plugin::started().expect("it listens"),
    );
    let lines = [kms("v1", "one", &one), kms("v2", "two", &two)];
    let mut turned = lines.clone();
    turned.reverse();
    for (own, other, prefix) in [
        (&lines, &turned, "k8s:enc:kms:v1:one:"),
        (&turned, &lines, "k8s:enc:kms:v2:two:"),
    ] {
        let stored = seal(&*secrets(&load(own).await)).await;
        assert!(stored.starts_with(prefix.as_bytes()), "{stored:?}");
        for (lines, stale) in [(own, false), (other, true)] {
            let reader = load(lines).await;
            reader.check().await.expect("both are well");
            let opened = secrets(&reader);
            let opened = opened.from_storage(stored.clone().into(), Context::of_key(KEY));
            let opened = opened.await.expect("one of its own");
            assert_eq!((&opened.plain[..], opened.stale), (&b"plain"[..], stale));
        }
    }
}

#[tokio::test]
async fn the_checks_of_plugins_are_those_of_the_configuration() {
    let plugin = Plugin::started().expect("it listens");
    plugin.behave(|behaviour| behaviour.refusal = Some((Code::Internal, "no".to_owned())));
    let loaded = load(&[kms("v1", "one", &plugin), kms("v2", "two", &plugin)]).await;
    let names: Vec<_> = loaded
        .checks
        .iter()
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(names, ["kms-provider-0", "kms-provider-1"]);
    for (check, text) in loaded.checks.iter().zip([
        "failed to perform encrypt section of the healthz check for KMS Provider one, error: ",
        "failed to perform status section of the healthz check for KMS Provider two, error: ",
    ]) {
        let error = check.check.check().await.expect_err(text).to_string();
        assert!(error.starts_with(text), "{error}");
    }
}
