//! What providers of envelope encryption count, after traffic that is known (backend §4.5).

mod bed;

use std::{fs, sync::Arc, time::Duration};

use bed::exposition::Page;
use bytes::Bytes;
use storeproof::{
    encryption::{Load, Loaded, Plugins},
    storage::GroupResource,
    telemetry::metrics::{Metrics, Registry},
    value::{
        Context, Transformer,
        kms::v2::{KmsV2, Provider, Remote},
    },
};
use storeproof_fixtures::kms::Plugin;
use tonic::Code;

const AT: &str = "/registry/secrets/ns/name";
const PATIENCE: Duration = Duration::from_secs(60);
/// The hash of `1`, the plugin's first key, and of `server`.
const KEY: &str = "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
const SERVER: &str = "sha256:b3eacd33433b31b5252351032c9b3e7a2e7aa7738d5decdf0dd6c62680853c06";

fn metrics() -> Metrics {
    Metrics::register(&Registry::new()).expect("a new registry")
}

/// A provider that counts, once its plugin was found well.
async fn provider(plugin: &Plugin, metrics: &Metrics) -> Arc<Provider> {
    let remote = Remote::new(&plugin.endpoint(), PATIENCE);
    let observer = metrics.envelope("vault").observer("server");
    let provider = Provider::new("vault", Arc::new(remote)).observed_by(observer);
    provider.check().await.expect("it is well");
    Arc::new(provider)
}

async fn write(transformer: &dyn Transformer) -> Bytes {
    let mut stored = Vec::new();
    let written = transformer.to_storage(b"pandas", Context::of_key(AT), &mut stored);
    written.await.expect("the plugin is there");
    stored.into()
}

async fn read(transformer: &dyn Transformer, stored: &Bytes) {
    let read = transformer.from_storage(stored.clone().into(), Context::of_key(AT));
    assert_eq!(read.await.expect("readable").plain, "pandas");
}

/// The samples of a family, by their labels.
struct Counted(Page);

impl Counted {
    fn of(metrics: &Metrics) -> Self {
        Self(Page::read(&metrics.text()))
    }

    #[track_caller]
    fn is(&self, sample: &str, expected: f64) {
        assert_eq!(self.0.find(sample), Some(expected), "{sample}");
    }

    fn calls(&self, method: &str, code: &str, expected: f64) {
        self.is(
            &format!(
                "apiserver_envelope_encryption_kms_operations_latency_seconds_count{{grpc_status_code=\"{code}\",method_name=\"/v2.KeyManagementService/{method}\",provider_name=\"vault\"}}"
            ),
            expected,
        );
    }

    fn uses(&self, direction: &str, expected: f64) {
        self.is(
            &format!(
                "apiserver_envelope_encryption_key_id_hash_total{{apiserver_id_hash=\"{SERVER}\",key_id_hash=\"{KEY}\",provider_name=\"vault\",transformation_type=\"{direction}\"}}"
            ),
            expected,
        );
    }
}

#[tokio::test]
async fn the_second_version_counts_calls_keys_and_what_it_remembers() {
    let (plugin, metrics) = (Plugin::started().expect("it listens"), metrics());
    let writer = KmsV2::new(provider(&plugin, &metrics).await);
    let counted = Counted::of(&metrics);
    counted.calls("Status", "OK", 1.0);
    counted.calls("Encrypt", "OK", 1.0);
    counted.is(
        "apiserver_storage_data_key_generation_duration_seconds_count",
        1.0,
    );
    let stored = write(&writer).await;
    for _ in 0..2 {
        write(&writer).await;
    }
    for _ in 0..5 {
        read(&writer, &stored).await;
    }
    let counted = Counted::of(&metrics);
    counted.uses("to_storage", 3.0);
    counted.uses("from_storage", 5.0);
    counted.calls("Encrypt", "OK", 1.0);
    counted.is(
        "apiserver_envelope_encryption_dek_source_cache_size{provider_name=\"vault\"}",
        1.0,
    );

    // Another process has the same key, and another data key: it asks once for that of the first one.
    let reader = KmsV2::new(provider(&plugin, &metrics).await);
    for _ in 0..3 {
        read(&reader, &stored).await;
    }
    let counted = Counted::of(&metrics);
    counted.calls("Decrypt", "OK", 1.0);
    counted.calls("Status", "OK", 2.0);
    counted.uses("from_storage", 8.0);
    counted.is(
        "apiserver_storage_envelope_transformation_cache_misses_total",
        1.0,
    );
}

#[tokio::test]
async fn what_a_plugin_refuses_and_keys_without_a_name_are_counted() {
    let (plugin, metrics) = (Plugin::started().expect("it listens"), metrics());
    for (key_id, label) in [(String::new(), "empty"), ("k".repeat(1025), "too_long")] {
        plugin.behave(|behaviour| behaviour.key_id = key_id);
        let remote = Remote::new(&plugin.endpoint(), PATIENCE);
        let observer = metrics.envelope("vault").observer("server");
        let provider = Provider::new("vault", Arc::new(remote)).observed_by(observer);
        provider.check().await.expect_err(label);
        Counted::of(&metrics).is(
            &format!("apiserver_envelope_encryption_invalid_key_id_from_status_total{{error=\"{label}\",provider_name=\"vault\"}}"),
            1.0,
        );
    }
    plugin.behave(|behaviour| behaviour.refusal = Some((Code::PermissionDenied, String::new())));
    let remote = Remote::new(&plugin.endpoint(), PATIENCE);
    let observer = metrics.envelope("vault").observer("server");
    let provider = Provider::new("vault", Arc::new(remote)).observed_by(observer);
    provider.check().await.expect_err("it refuses");
    Counted::of(&metrics).calls("Status", "PermissionDenied", 1.0);
}

/// What a configuration file names, counted.
async fn load(plugin: &Plugin, metrics: &Metrics) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("encryption.yaml");
    let text = format!(
        "kind: EncryptionConfig\napiVersion: v1\nresources:\n- resources: [secrets]\n  providers:\n  - kms: {{apiVersion: v1, name: old, cachesize: 4, endpoint: '{}'}}\n",
        plugin.url()
    );
    fs::write(&path, text).expect("room for a file");
    let metrics = metrics.clone();
    let plugins = Plugins.observed_by(move |name| metrics.envelope(name).observer("server"));
    let load = Load::from_file(path).with_key_services(Arc::new(plugins));
    load.allow_kms_v1(true).load().await.expect("valid")
}

#[tokio::test]
async fn the_first_version_counts_what_it_remembers_and_misses() {
    let (plugin, metrics) = (Plugin::started().expect("it listens"), metrics());
    let loaded = load(&plugin, &metrics).await;
    let secrets = GroupResource::core("secrets");
    let writer = loaded.transformers.for_resource(&secrets);
    let stored = write(&*writer).await;
    write(&*writer).await;
    read(&*writer, &stored).await;
    let counted = Counted::of(&metrics);
    counted.is("apiserver_envelope_encryption_dek_cache_fill_percent", 0.5);
    let arrivals = "apiserver_envelope_encryption_dek_cache_inter_arrival_time_seconds_count";
    counted.is(
        &format!("{arrivals}{{transformation_type=\"to_storage\"}}"),
        2.0,
    );
    counted.is(
        &format!("{arrivals}{{transformation_type=\"from_storage\"}}"),
        1.0,
    );
    counted.is(
        "apiserver_storage_data_key_generation_duration_seconds_count",
        2.0,
    );
    let loaded = load(&plugin, &metrics).await;
    let reader = loaded.transformers.for_resource(&secrets);
    for _ in 0..3 {
        read(&*reader, &stored).await;
    }
    let counted = Counted::of(&metrics);
    counted.is(
        "apiserver_storage_envelope_transformation_cache_misses_total",
        1.0,
    );
    counted.is(
        &format!("{arrivals}{{transformation_type=\"from_storage\"}}"),
        4.0,
    );
}
