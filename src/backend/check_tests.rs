use std::{fs, sync::Arc, time::Duration};

use futures::FutureExt;
use k8s_openapi::api::core::v1::Pod;
use tokio::net::TcpListener;

use crate::{
    backend::{Config, GroupResource, HealthError, TransportConfig, factory},
    codec::Json,
};

type Change = fn(&mut Config<Pod>);

/// A field, nonsense in it, and what is said of that: the field, the nonsense and the way out of it.
const NONSENSE: &[(&str, Change, &[&str])] = &[
    (
        "prefix",
        |config| config.prefix = "/registry\n".to_owned(),
        &[r#""/registry\n""#, "give a path such as /registry"],
    ),
    (
        "transport.server_list",
        |config| config.transport.server_list.clear(),
        &[
            "at least one Endpoint is required in client config",
            "name one",
        ],
    ),
    (
        "transport.server_list",
        |config| config.transport.server_list.push(String::new()),
        &[r#""""#, "scheme://host:port"],
    ),
    (
        "transport.server_list",
        |config| config.transport.server_list.push("http://:2379".to_owned()),
        &[r#""http://:2379""#, "scheme://host:port"],
    ),
    (
        "transport.server_list",
        |config| {
            config
                .transport
                .server_list
                .push("http://a:99999".to_owned())
        },
        &[r#""http://a:99999""#, "port", "scheme://host:port"],
    ),
    (
        "transport.server_list",
        |config| {
            config
                .transport
                .server_list
                .push("https://a:etcd".to_owned())
        },
        &[r#""https://a:etcd""#, "scheme://host:port"],
    ),
    (
        "transport.server_list",
        |config| {
            config
                .transport
                .server_list
                .push("http://me:secret@a:1".to_owned())
        },
        &["no name or password", "scheme://host:port"],
    ),
    (
        "KeyFile",
        |config| config.transport.cert_file = Some("/nowhere/cert.pem".into()),
        &["KeyFile and CertFile must both be present[key: , cert: /nowhere/cert.pem]"],
    ),
    (
        "CertFile",
        |config| config.transport.key_file = Some("/nowhere/key.pem".into()),
        &["KeyFile and CertFile must both be present[key: /nowhere/key.pem, cert: ]"],
    ),
    (
        "transport.trusted_ca_file",
        |config| config.transport.trusted_ca_file = Some("/nowhere/ca.pem".into()),
        &["/nowhere/ca.pem", "takes a PEM file"],
    ),
    (
        "transport.cert_file",
        |config| {
            config.transport.key_file = Some("/nowhere/key.pem".into());
            config.transport.cert_file = Some("/nowhere/cert.pem".into());
        },
        &["/nowhere/cert.pem", "takes a PEM file"],
    ),
    (
        "transport.dial_timeout",
        |config| config.transport.dial_timeout = Duration::ZERO,
        &["0ns", "give at least 1ms"],
    ),
    (
        "transport.dial_timeout",
        |config| config.transport.dial_timeout = Duration::MAX,
        &["give at most a year"],
    ),
    (
        "compaction_interval",
        |config| config.compaction_interval = Duration::from_nanos(1),
        &["1ns", "give at least 10ms, or zero for no compaction"],
    ),
    (
        "compaction_interval",
        |config| config.compaction_interval = Duration::MAX,
        &["give at most a year, or zero for no compaction"],
    ),
    (
        "events_history_window",
        |config| config.events_history_window = Duration::from_secs(74),
        &["74s", "give at least 75s"],
    ),
    (
        "count_metric_poll_period",
        |config| config.count_metric_poll_period = Duration::MAX,
        &["give at most a year, or zero for no counting"],
    ),
    (
        "db_metric_poll_interval",
        |config| config.db_metric_poll_interval = Duration::MAX,
        &["give at most a year, or zero for a measurement for each scrape"],
    ),
    (
        "healthcheck_timeout",
        |config| config.healthcheck_timeout = Duration::MAX,
        &["give at most a year, or zero for the default of 2s"],
    ),
    (
        "readycheck_timeout",
        |config| config.readycheck_timeout = Duration::MAX,
        &["give at most a year, or zero for the default of 2s"],
    ),
    (
        "lease_manager_config.reuse_duration",
        |config| config.lease_manager_config.reuse_duration = Duration::MAX,
        &["give at most a year, or zero for a lease for each object"],
    ),
];

/// A server that notices whether anybody comes.
async fn listener() -> (TcpListener, Config<Pod>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let config = Config {
        transport: TransportConfig::of([format!("http://{address}")]),
        ..Config::new("/tests", Arc::new(Json))
    };
    (listener, config)
}

#[tokio::test]
async fn nonsense_is_told_by_field_and_fix_before_anything_is_opened() {
    let (listener, sound) = listener().await;
    sound.check().expect("nothing is wrong with it");
    for (field, spoil, told) in NONSENSE {
        let mut config = sound.clone();
        spoil(&mut config);
        let pods = config.for_resource(GroupResource::core("pods"));
        let errors = [
            config.check().expect_err(field),
            factory::create(pods, "/pods/").await.expect_err(field),
            factory::create_prober(&config).await.expect_err(field),
            factory::create_monitor(&config).await.expect_err(field),
        ];
        for error in errors {
            let text = error.to_string();
            for part in [field].into_iter().chain(*told) {
                assert!(text.contains(part), "{text:?} lacks {part:?}");
            }
            assert!(!text.contains("secret"), "{text}");
        }
    }
    assert!(listener.accept().now_or_never().is_none(), "nobody came");
}

#[tokio::test]
async fn a_check_of_nonsense_can_be_made_and_tells_it() {
    let (listener, sound) = listener().await;
    for (field, spoil, _) in NONSENSE {
        let mut config = sound.clone();
        spoil(&mut config);
        let check = factory::create_health_check(&config).expect(field);
        let error = loop {
            match check.check().await.expect_err(field) {
                HealthError::NotConnected => tokio::task::yield_now().await,
                error => break error.to_string(),
            }
        };
        assert!(error.contains(field), "{error:?} lacks {field:?}");
        check.stop().await;
    }
    assert!(listener.accept().now_or_never().is_none(), "nobody came");
}

#[test]
fn a_file_that_is_no_pem_is_told_by_field() {
    let folder = std::env::temp_dir().join(format!("storeproof-check-{}", std::process::id()));
    fs::write(&folder, "no PEM").expect("a file");
    let mut config = Config::<Pod>::new("/tests", Arc::new(Json));
    config.transport = TransportConfig {
        trusted_ca_file: Some(folder.clone()),
        ..TransportConfig::of(["https://127.0.0.1:1"])
    };
    let error = config.check().expect_err("it is no PEM").to_string();
    fs::remove_file(&folder).expect("it is there");
    for part in [
        "transport.trusted_ca_file",
        "PEM",
        &folder.display().to_string(),
    ] {
        assert!(error.contains(part), "{error:?} lacks {part:?}");
    }
}

#[test]
fn an_egress_that_cannot_be_looked_up_is_told_by_field() {
    let error = super::Error::Egress("no way out".into()).to_string();
    assert!(
        error.contains("transport.egress_lookup") && error.contains("no way out"),
        "{error}"
    );
}

#[test]
fn what_is_at_the_edge_makes_sense() {
    let mut config = Config::<Pod>::new("", Arc::new(Json));
    config
        .transport
        .server_list
        .push("http://127.0.0.1:1".to_owned());
    let year = super::YEAR;
    for duration in [Duration::ZERO, Duration::from_nanos(1), year] {
        config.count_metric_poll_period = duration;
        config.db_metric_poll_interval = duration;
        config.healthcheck_timeout = duration;
        config.readycheck_timeout = duration;
        config.lease_manager_config.reuse_duration = duration;
        config.check().expect("it makes sense");
    }
    for interval in [Duration::ZERO, Duration::from_millis(10), year] {
        config.compaction_interval = interval;
        config.check().expect("it makes sense");
    }
    for count in [i64::MIN, 0, i64::MAX] {
        config.lease_manager_config.max_object_count = count;
        config.check().expect("none and less mean a thousand");
    }
}
