//! Whether each metric family is what scrapers of the API server know (backend §4).

mod bed;

use std::{collections::BTreeMap, time::Duration};

use bed::exposition::Page;
use storeproof::{
    storage::{GroupResource, Stats},
    telemetry::metrics::{Kind, Metrics, Registry, TABLE},
};

const REQUEST: &str =
    "0.005 0.025 0.05 0.1 0.2 0.4 0.6 0.8 1 1.25 1.5 2 3 4 5 6 8 10 15 20 30 45 60";
const TRANSFORMATION: &str = "5e-06 1e-05 2e-05 4e-05 8e-05 0.00016 0.00032 0.00064 0.00128 0.00256 0.00512 0.01024 \
    0.02048 0.04096 0.08192 0.16384 0.32768 0.65536 1.31072 2.62144 5.24288 10.48576 20.97152 41.94304 83.88608";
const DATA_KEY: &str = "5e-06 1e-05 2e-05 4e-05 8e-05 0.00016 0.00032 0.00064 0.00128 0.00256 0.00512 0.01024 0.02048 0.04096";
const KMS: &str = "0.0001 0.0002 0.0004 0.0008 0.0016 0.0032 0.0064 0.0128 0.0256 0.0512 0.1024 0.2048 0.4096 0.8192 1.6384 \
    3.2768 6.5536 13.1072 26.2144 52.4288";

/// Name, kind, labels, what the help begins with, and buckets.
#[rustfmt::skip]
const KNOWN: &[(&str, &str, &str, &str, &str)] = &[
    ("etcd_request_duration_seconds", "histogram", "operation group resource", "[ALPHA] ", REQUEST),
    ("etcd_requests_total", "counter", "operation group resource", "[ALPHA] ", ""),
    ("etcd_request_errors_total", "counter", "operation group resource", "[ALPHA] ", ""),
    ("apiserver_storage_objects", "gauge", "resource", "[STABLE] (Deprecated since 1.34.0) ", ""),
    ("apiserver_resource_objects", "gauge", "group resource", "[ALPHA] ", ""),
    ("apiserver_resource_size_estimate_bytes", "gauge", "group resource", "[ALPHA] ", ""),
    ("apiserver_storage_size_bytes", "gauge", "storage_cluster_id", "[STABLE] ", ""),
    ("apiserver_storage_events_received_total", "counter", "group resource", "[BETA] ", ""),
    ("etcd_bookmark_counts", "gauge", "group resource", "[ALPHA] (Deprecated since 1.36.0) ", ""),
    ("etcd_bookmark_total", "counter", "group resource", "[ALPHA] ", ""),
    ("etcd_lease_object_counts", "histogram", "", "[ALPHA] ", "10 50 100 500 1000 2500 5000"),
    ("apiserver_storage_decode_errors_total", "counter", "group resource", "[ALPHA] ", ""),
    ("apiserver_storage_list_duration_seconds", "histogram", "streamed group resource", "[ALPHA] ", REQUEST),
    ("apiserver_storage_list_total", "counter", "group resource storage index", "[ALPHA] ", ""),
    ("apiserver_storage_list_fetched_objects_total", "counter", "group resource storage index", "[ALPHA] ", ""),
    ("apiserver_storage_list_evaluated_objects_total", "counter", "group resource storage", "[ALPHA] ", ""),
    ("apiserver_storage_list_returned_objects_total", "counter", "group resource storage", "[ALPHA] ", ""),
    ("apiserver_storage_transformation_duration_seconds", "histogram", "transformation_type transformer_prefix", "[ALPHA] ", TRANSFORMATION),
    ("apiserver_storage_transformation_operations_total", "counter", "resource transformation_type transformer_prefix status", "[ALPHA] ", ""),
    ("apiserver_storage_envelope_transformation_cache_misses_total", "counter", "", "[ALPHA] ", ""),
    ("apiserver_storage_data_key_generation_duration_seconds", "histogram", "", "[ALPHA] ", DATA_KEY),
    ("apiserver_storage_data_key_generation_failures_total", "counter", "", "[ALPHA] ", ""),
    ("apiserver_envelope_encryption_dek_cache_fill_percent", "gauge", "", "[ALPHA] ", ""),
    ("apiserver_envelope_encryption_dek_cache_inter_arrival_time_seconds", "histogram", "transformation_type", "[ALPHA] ",
        "60 120 240 480 960 1920 3840 7680 15360 30720"),
    ("apiserver_envelope_encryption_kms_operations_latency_seconds", "histogram", "provider_name method_name grpc_status_code", "[ALPHA] ", KMS),
    ("apiserver_envelope_encryption_key_id_hash_total", "counter", "transformation_type provider_name key_id_hash apiserver_id_hash", "[ALPHA] ", ""),
    ("apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds", "gauge", "transformation_type provider_name key_id_hash apiserver_id_hash", "[ALPHA] ", ""),
    ("apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds", "gauge", "provider_name key_id_hash apiserver_id_hash", "[ALPHA] ", ""),
    ("apiserver_envelope_encryption_invalid_key_id_from_status_total", "counter", "provider_name error", "[ALPHA] ", ""),
    ("apiserver_envelope_encryption_dek_source_cache_size", "gauge", "provider_name", "[ALPHA] ", ""),
    ("apiserver_encryption_config_controller_automatic_reloads_total", "counter", "status apiserver_id_hash", "[ALPHA] ", ""),
    ("apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds", "gauge", "status apiserver_id_hash", "[ALPHA] ", ""),
    ("apiserver_encryption_config_controller_last_config_info", "gauge", "apiserver_id_hash hash", "[ALPHA] ", ""),
    ("apiserver_watch_events_dispatch_duration_seconds", "histogram", "group resource stage", "[ALPHA] ",
        "0.0001 0.0005 0.001 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5"),
    ("grpc_client_started_total", "counter", "grpc_type grpc_service grpc_method", "", ""),
    ("grpc_client_handled_total", "counter", "grpc_type grpc_service grpc_method grpc_code", "", ""),
    ("grpc_client_msg_received_total", "counter", "grpc_type grpc_service grpc_method", "", ""),
    ("grpc_client_msg_sent_total", "counter", "grpc_type grpc_service grpc_method", "", ""),
];

#[test]
fn the_table_holds_the_families_that_are_known_and_no_others() {
    let table: BTreeMap<_, _> = TABLE.iter().map(|family| (family.name, family)).collect();
    assert_eq!(table.len(), TABLE.len(), "each name is there once");
    for (name, kind, labels, help, buckets) in KNOWN {
        let family = table
            .get(name)
            .unwrap_or_else(|| panic!("there is no {name}"));
        let (found, bounds) = match family.kind {
            Kind::Counter => ("counter", Vec::new()),
            Kind::Gauge => ("gauge", Vec::new()),
            Kind::Histogram(buckets) => ("histogram", buckets.bounds()),
        };
        assert_eq!(found, *kind, "{name}");
        assert_eq!(family.labels.join(" "), *labels, "{name}");
        let full = family.full_help();
        assert_eq!(full.strip_prefix(help), Some(family.help), "{name}");
        let known: Vec<f64> = buckets
            .split_whitespace()
            .map(|bound| bound.parse().expect("a bound"))
            .collect();
        assert_eq!(bounds.len(), known.len(), "{name}");
        for (bound, known) in bounds.iter().zip(&known) {
            assert!((bound / known - 1.0).abs() < 1e-12, "{name}: {bound}");
        }
    }
    assert_eq!(KNOWN.len(), TABLE.len(), "no others");
}

/// The bounds of buckets are labels, and labels are text.
#[test]
fn the_bounds_of_buckets_are_written_as_they_are_known() {
    let metrics = Metrics::register(&Registry::new()).expect("a new registry");
    let envelope = metrics.envelope("kms");
    envelope.data_key_generation(Duration::from_micros(7), true);
    envelope.dek_arrival("from_storage", Duration::ZERO);
    let page = Page::read(&metrics.text());
    for (name, labels) in [
        ("apiserver_storage_data_key_generation_duration_seconds", ""),
        (
            "apiserver_envelope_encryption_dek_cache_inter_arrival_time_seconds",
            "transformation_type=\"from_storage\"",
        ),
    ] {
        let family = page.families().iter().find(|family| family.name == name);
        let family = family.expect("something was observed");
        let (.., known) = KNOWN
            .iter()
            .find(|known| known.0 == name)
            .expect("it is known");
        let mut written: Vec<_> = family.buckets(labels).map(|(bound, _)| bound).collect();
        let mut known: Vec<_> = known.split_whitespace().chain(["+Inf"]).collect();
        written.sort_unstable();
        known.sort_unstable();
        assert_eq!(written, known, "{name}");
        assert_eq!(family.kind, "histogram");
        assert!(family.help.starts_with("[ALPHA] "), "{}", family.help);
    }
}

#[test]
fn a_registry_takes_the_families_once_and_those_of_others_beside_them() {
    let registry = Registry::new();
    let metrics = Metrics::register(&registry).expect("a new registry");
    let error = Metrics::register(&registry).expect_err("they are there");
    let text = error.to_string();
    assert!(text.contains("etcd_request_duration_seconds"), "{text}");
    assert!(text.contains("a registry takes them once"), "{text}");
    let stats = Stats {
        object_count: 2,
        estimated_average_object_size_bytes: 0,
    };
    metrics.show_stats(&GroupResource::core("pods"), Some(&stats));
    let page = Page::read(&metrics.text());
    assert_eq!(
        page.find("apiserver_storage_objects{resource=\"pods\"}"),
        Some(2.0)
    );
    assert!(
        Metrics::of_process().are(&Metrics::default()),
        "one for the process"
    );
    assert!(!Metrics::of_process().are(&metrics));
}
