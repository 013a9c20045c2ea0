use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::Pod;

use super::{create, create_health_check, create_monitor, create_prober, create_ready_check};
use crate::{
    backend::{Config, Error, GroupResource, TransportConfig},
    codec::Json,
};

/// Nobody listens there, and nobody is waited for.
fn config(storage_type: &str) -> Config<Pod> {
    Config {
        storage_type: storage_type.to_owned(),
        transport: TransportConfig {
            dial_timeout: Duration::from_millis(1),
            ..TransportConfig::of(["http://127.0.0.1:1"])
        },
        ..Config::new("/tests", Arc::new(Json))
    }
}

/// What each entry point of the factory has to say to a kind of storage; `None` where it made something.
async fn entries(storage_type: &str) -> [(&'static str, Option<Error>); 5] {
    let config = config(storage_type);
    let pods = config.for_resource(GroupResource::core("pods"));
    [
        ("create", create(pods, "/pods/").await.err()),
        ("create_health_check", create_health_check(&config).err()),
        ("create_ready_check", create_ready_check(&config).err()),
        ("create_prober", create_prober(&config).await.err()),
        ("create_monitor", create_monitor(&config).await.err()),
    ]
}

#[tokio::test]
async fn every_entry_point_knows_etcd3_and_nothing_else() {
    for supported in ["", "etcd3"] {
        for (entry, error) in entries(supported).await {
            // Those that connect find nobody; the checks go on trying.
            let connects = !entry.contains("check");
            let as_it_should = match &error {
                Some(Error::NotReady(_)) => connects,
                None => !connects,
                Some(_) => false,
            };
            assert!(as_it_should, "{entry} of {supported:?}: {error:?}");
        }
    }
    for (refused, why) in [
        ("etcd2", "etcd2 is no longer a supported storage backend"),
        ("etcd", "unknown storage type: etcd"),
        ("etcd4", "unknown storage type: etcd4"),
        ("ETCD3", "unknown storage type: ETCD3"),
        (" etcd3", "unknown storage type:  etcd3"),
    ] {
        for (entry, error) in entries(refused).await {
            let told = error.map(|error| error.to_string());
            assert_eq!(told.as_deref(), Some(why), "{entry}");
        }
    }
}

#[tokio::test]
async fn health_and_readiness_have_timeouts_of_their_own() {
    let default = Duration::from_secs(2);
    let (long, longer) = (Duration::from_secs(5), Duration::from_secs(10));
    for (configured, health, readiness) in [
        ((Duration::ZERO, Duration::ZERO), default, default),
        ((long, Duration::ZERO), long, default),
        ((Duration::ZERO, long), default, long),
        ((longer, long), longer, long),
    ] {
        let config = Config {
            healthcheck_timeout: configured.0,
            readycheck_timeout: configured.1,
            ..config("")
        };
        let check = create_health_check(&config).expect("it can be asked");
        assert_eq!(check.timeout(), health);
        let check = create_ready_check(&config).expect("it can be asked");
        assert_eq!(check.timeout(), readiness);
    }
}
