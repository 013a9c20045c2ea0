use std::time::{Duration, UNIX_EPOCH};

use tonic::Code;

use super::{
    super::{Metrics, Registry},
    KeyIdError, hash,
};

fn metrics() -> Metrics {
    Metrics::register(&Registry::new()).expect("a new registry")
}

/// The samples of a family, by all but its name.
fn samples(metrics: &Metrics, family: &str) -> Vec<String> {
    let text = metrics.text();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(&format!("{family}{{")));
    lines.map(str::to_owned).collect()
}

#[test]
fn names_are_hashed_and_no_name_is_none() {
    assert_eq!(hash(""), "");
    // The first test vector of FIPS 180-2.
    assert_eq!(
        hash("abc"),
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn of_more_keys_than_there_is_room_for_the_oldest_goes_and_begins_again() {
    let metrics = metrics();
    let envelope = metrics.envelope("kms");
    let at = UNIX_EPOCH + Duration::from_secs(5);
    let total = "apiserver_envelope_encryption_key_id_hash_total";
    let uses = |key: &str| {
        let shown = format!("key_id_hash=\"{}\"", hash(key));
        let found = samples(&metrics, total)
            .into_iter()
            .find(|sample| sample.contains(&shown));
        found.and_then(|sample| sample.rsplit(' ').next().map(str::to_owned))
    };
    for number in 0..100 {
        envelope.key_used("to_storage", &number.to_string(), "server", at);
    }
    envelope.key_used("to_storage", "0", "server", at);
    assert_eq!(samples(&metrics, total).len(), 100);
    envelope.key_used("to_storage", "", "server", at);
    assert_eq!(uses("0").as_deref(), Some("2"), "it was used since");
    assert_eq!(uses("1"), None, "it was used longest ago");
    assert_eq!(uses("").as_deref(), Some("1"));
    envelope.key_used("to_storage", "1", "server", at);
    assert_eq!(uses("1").as_deref(), Some("1"), "it begins again");
    for family in [
        total,
        "apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds",
    ] {
        assert_eq!(samples(&metrics, family).len(), 100, "{family}");
    }
}

#[test]
fn each_family_has_the_labels_of_its_provider() {
    let metrics = metrics();
    let envelope = metrics.envelope("kms");
    let at = UNIX_EPOCH + Duration::from_secs(7);
    envelope.key_stated("abc", "", at);
    envelope.key_refused(KeyIdError::Empty);
    envelope.key_refused(KeyIdError::TooLong);
    envelope.dek_source_cache_size(3);
    envelope.kms_operation(
        "/v2.KeyManagementService/Encrypt",
        Duration::from_millis(1),
        Code::Cancelled,
    );
    envelope.cache_miss();
    envelope.data_key_generation(Duration::from_millis(1), true);
    envelope.data_key_generation(Duration::from_millis(1), false);
    envelope.dek_cache_fill(0.5);
    envelope.dek_arrival("to_storage", Duration::ZERO);
    let text = metrics.text();
    let key = hash("abc");
    for line in [
        &*format!(
            "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{{apiserver_id_hash=\"\",key_id_hash=\"{key}\",provider_name=\"kms\"}} 7"
        ),
        "apiserver_envelope_encryption_invalid_key_id_from_status_total{error=\"empty\",provider_name=\"kms\"} 1",
        "apiserver_envelope_encryption_invalid_key_id_from_status_total{error=\"too_long\",provider_name=\"kms\"} 1",
        "apiserver_envelope_encryption_dek_source_cache_size{provider_name=\"kms\"} 3",
        "apiserver_envelope_encryption_kms_operations_latency_seconds_count{grpc_status_code=\"Canceled\",method_name=\"/v2.KeyManagementService/Encrypt\",provider_name=\"kms\"} 1",
        "apiserver_storage_envelope_transformation_cache_misses_total 1",
        "apiserver_storage_data_key_generation_duration_seconds_count 1",
        "apiserver_storage_data_key_generation_failures_total 1",
        "apiserver_envelope_encryption_dek_cache_fill_percent 0.5",
        "apiserver_envelope_encryption_dek_cache_inter_arrival_time_seconds_bucket{transformation_type=\"to_storage\",le=\"60\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
}
