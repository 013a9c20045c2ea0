use prometheus::{GaugeVec, HistogramVec, IntCounterVec, IntGaugeVec, Registry};

use super::{
    Error,
    family::{
        Buckets::{Doubling, Listed},
        Family, Kept,
        Kind::{Counter, Gauge, Histogram},
        Stability::{Alpha, Beta, DeprecatedAlpha, DeprecatedStable, Stable, Unstated},
    },
};

/// The bounds of requests to etcd and of lists, in seconds.
const REQUEST_SECONDS: &[f64] = &[
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0,
    10.0, 15.0, 20.0, 30.0, 45.0, 60.0,
];
/// The bounds of how long events are under way, in seconds.
const DISPATCH_SECONDS: &[f64] = &[
    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];
const OBJECTS_OF_A_LEASE: &[f64] = &[10.0, 50.0, 100.0, 500.0, 1000.0, 2500.0, 5000.0];

const OPERATION: &[&str] = &["operation", "group", "resource"];
const RESOURCE: &[&str] = &["group", "resource"];
const STORED: &[&str] = &["group", "resource", "storage"];
const INDEXED: &[&str] = &["group", "resource", "storage", "index"];
const RELOAD: &[&str] = &["status", "apiserver_id_hash"];
const METHOD: &[&str] = &["grpc_type", "grpc_service", "grpc_method"];
const KEY_ID: &[&str] = &[
    "transformation_type",
    "provider_name",
    "key_id_hash",
    "apiserver_id_hash",
];

/// Makes the struct that keeps the families, and the list of them, out of the table.
macro_rules! families {
    ($($field:ident: $kept:ty = ($name:literal, $kind:expr, $labels:expr, $stability:expr, $help:literal);)*) => {
        /// Every family, registered.
        pub(super) struct Families {
            $(pub(super) $field: $kept,)*
        }

        impl Families {
            pub(super) fn register(registry: &Registry) -> Result<Self, Error> {
                let mut table = TABLE.iter();
                let mut next = || table.next().expect("the fields are made of the table");
                Ok(Self {
                    $($field: <$kept as Kept>::register(next(), registry)?,)*
                })
            }
        }

        /// Every metric family, in the order of backend §4.
        pub const TABLE: &[Family] = &[
            $(Family { name: $name, kind: $kind, labels: $labels, stability: $stability, help: $help },)*
        ];
    };
}

#[rustfmt::skip]
families! {
    request_duration: HistogramVec = ("etcd_request_duration_seconds", Histogram(Listed(REQUEST_SECONDS)), OPERATION, Alpha,
        "How long requests to etcd took, in seconds, whatever came of them.");
    requests: IntCounterVec = ("etcd_requests_total", Counter, OPERATION, Alpha,
        "How many requests to etcd came to an end.");
    request_errors: IntCounterVec = ("etcd_request_errors_total", Counter, OPERATION, Alpha,
        "How many requests to etcd failed.");
    objects: IntGaugeVec = ("apiserver_storage_objects", Gauge, &["resource"], DeprecatedStable("1.34.0"),
        "How many objects were stored when they were last counted; -1 where counting failed.");
    resource_objects: IntGaugeVec = ("apiserver_resource_objects", Gauge, RESOURCE, Alpha,
        "How many objects were stored when they were last counted; -1 where counting failed.");
    resource_size: IntGaugeVec = ("apiserver_resource_size_estimate_bytes", Gauge, RESOURCE, Alpha,
        "About how many bytes all objects had when they were last counted; -1 where nobody could tell.");
    storage_size: IntGaugeVec = ("apiserver_storage_size_bytes", Gauge, &["storage_cluster_id"], Stable,
        "How many bytes the database files of a storage cluster occupy.");
    events_received: IntCounterVec = ("apiserver_storage_events_received_total", Counter, RESOURCE, Beta,
        "How many changes watches were sent by etcd.");
    bookmark_counts: IntGaugeVec = ("etcd_bookmark_counts", Gauge, RESOURCE, DeprecatedAlpha("1.36.0"),
        "How many notices of progress watches were sent by etcd.");
    bookmarks: IntCounterVec = ("etcd_bookmark_total", Counter, RESOURCE, Alpha,
        "How many notices of progress watches were sent by etcd.");
    lease_objects: HistogramVec = ("etcd_lease_object_counts", Histogram(Listed(OBJECTS_OF_A_LEASE)), &[], Alpha,
        "How many objects shared a lease when the next one took its place.");
    decode_errors: IntCounterVec = ("apiserver_storage_decode_errors_total", Counter, RESOURCE, Alpha,
        "How many stored objects could not be decoded.");
    list_duration: HistogramVec = ("apiserver_storage_list_duration_seconds", Histogram(Listed(REQUEST_SECONDS)),
        &["streamed", "group", "resource"], Alpha,
        "How long lists out of etcd took, in seconds, decoding included.");

    lists: IntCounterVec = ("apiserver_storage_list_total", Counter, INDEXED, Alpha,
        "How many lists were answered from storage.");
    list_fetched: IntCounterVec = ("apiserver_storage_list_fetched_objects_total", Counter, INDEXED, Alpha,
        "How many objects were read from storage for lists.");
    list_evaluated: IntCounterVec = ("apiserver_storage_list_evaluated_objects_total", Counter, STORED, Alpha,
        "How many objects were decoded and held against the selection of a list.");
    list_returned: IntCounterVec = ("apiserver_storage_list_returned_objects_total", Counter, STORED, Alpha,
        "How many objects lists answered with.");

    transformation_duration: HistogramVec = ("apiserver_storage_transformation_duration_seconds",
        Histogram(Doubling { from: 5e-6, count: 25 }), &["transformation_type", "transformer_prefix"], Alpha,
        "How long it took to encrypt or decrypt a value, in seconds, where that succeeded.");
    transformations: IntCounterVec = ("apiserver_storage_transformation_operations_total", Counter,
        &["resource", "transformation_type", "transformer_prefix", "status"], Alpha,
        "How many values were to be encrypted or decrypted, and what came of it.");
    envelope_cache_misses: IntCounterVec = ("apiserver_storage_envelope_transformation_cache_misses_total", Counter, &[], Alpha,
        "How often a data key was not in memory.");
    data_key_duration: HistogramVec = ("apiserver_storage_data_key_generation_duration_seconds",
        Histogram(Doubling { from: 5e-6, count: 14 }), &[], Alpha,
        "How long it took to make a data key, in seconds, where that succeeded.");
    data_key_failures: IntCounterVec = ("apiserver_storage_data_key_generation_failures_total", Counter, &[], Alpha,
        "How often no data key could be made.");

    dek_cache_fill: GaugeVec = ("apiserver_envelope_encryption_dek_cache_fill_percent", Gauge, &[], Alpha,
        "Which part of the room for data keys is taken, between 0 and 1.");
    dek_cache_arrivals: HistogramVec = ("apiserver_envelope_encryption_dek_cache_inter_arrival_time_seconds",
        Histogram(Doubling { from: 60.0, count: 10 }), &["transformation_type"], Alpha,
        "How long after the one before it a value was to be transformed, in seconds.");
    kms_duration: HistogramVec = ("apiserver_envelope_encryption_kms_operations_latency_seconds",
        Histogram(Doubling { from: 0.0001, count: 20 }), &["provider_name", "method_name", "grpc_status_code"], Alpha,
        "How long calls of the key management service took, in seconds.");
    key_ids: IntCounterVec = ("apiserver_envelope_encryption_key_id_hash_total", Counter, KEY_ID, Alpha,
        "How often a key was used.");
    key_id_used: GaugeVec = ("apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds", Gauge, KEY_ID, Alpha,
        "When a key was last used, in seconds since 1970.");
    key_id_stated: GaugeVec = ("apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds", Gauge,
        &["provider_name", "key_id_hash", "apiserver_id_hash"], Alpha,
        "When the key management service last stated a key, in seconds since 1970.");
    key_ids_refused: IntCounterVec = ("apiserver_envelope_encryption_invalid_key_id_from_status_total", Counter,
        &["provider_name", "error"], Alpha,
        "How often the key management service stated a key that cannot be one.");
    dek_source_cache_size: IntGaugeVec = ("apiserver_envelope_encryption_dek_source_cache_size", Gauge, &["provider_name"], Alpha,
        "How many sources of data keys are in memory.");

    reloads: IntCounterVec = ("apiserver_encryption_config_controller_automatic_reloads_total", Counter, RELOAD, Alpha,
        "How many times a file of encryption that had changed was loaded, or could not be.");
    reloaded_at: GaugeVec = ("apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds", Gauge, RELOAD, Alpha,
        "When that happened last, in seconds since 1970.");
    config_info: IntGaugeVec = ("apiserver_encryption_config_controller_last_config_info", Gauge,
        &["apiserver_id_hash", "hash"], Alpha,
        "The configuration of encryption that is in force, by its digest; always 1.");

    calls_started: IntCounterVec = ("grpc_client_started_total", Counter, METHOD, Unstated,
        "How many calls were begun, each attempt by itself.");
    calls_handled: IntCounterVec = ("grpc_client_handled_total", Counter,
        &["grpc_type", "grpc_service", "grpc_method", "grpc_code"], Unstated,
        "How many calls came to an end, by what they came to.");
    messages_received: IntCounterVec = ("grpc_client_msg_received_total", Counter, METHOD, Unstated,
        "How many messages came in answer to calls.");
    messages_sent: IntCounterVec = ("grpc_client_msg_sent_total", Counter, METHOD, Unstated,
        "How many messages were sent by calls.");

    dispatch_duration: HistogramVec = ("apiserver_watch_events_dispatch_duration_seconds",
        Histogram(Listed(DISPATCH_SECONDS)), &["group", "resource", "stage"], Alpha,
        "How long events took from where they were read to who watches, in seconds, by the stretch of the way.");
}
