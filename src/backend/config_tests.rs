use std::{sync::Arc, time::Duration};

use opentelemetry_sdk::trace::SdkTracerProvider;

use super::TransportConfig;
use crate::{
    backend::{Credentials, EgressLookup},
    telemetry::{
        metrics::{Metrics, Registry},
        trace::TracerProvider,
    },
};

fn two() -> TransportConfig {
    TransportConfig::of(["http://a:1", "http://b:2"])
}

/// The same configuration but for one field, which makes another of it or does not.
#[test]
fn what_makes_two_transports_the_same() {
    let egress: EgressLookup = Arc::new(|_| Ok(None));
    let tracer = TracerProvider::new(SdkTracerProvider::default());
    let full = TransportConfig {
        key_file: Some("key".into()),
        cert_file: Some("cert".into()),
        trusted_ca_file: Some("ca".into()),
        egress_lookup: Some(Arc::clone(&egress)),
        tracer_provider: Some(tracer.clone()),
        ..two()
    };
    assert!(two().is_same(&two()));
    assert!(full.is_same(&full.clone()));
    type Change = fn(&mut TransportConfig);
    let changes: [(&str, bool, Change); 11] = [
        ("other servers", false, |it| {
            it.server_list = vec!["http://a:1".to_owned()]
        }),
        ("another order of them", false, |it| {
            it.server_list.reverse()
        }),
        ("another key", false, |it| {
            it.key_file = Some("other".into())
        }),
        ("another certificate", false, |it| it.cert_file = None),
        ("another authority", false, |it| it.trusted_ca_file = None),
        ("another user", false, |it| {
            it.credentials = Some(Credentials::new("root", "secret"));
        }),
        ("no egress", false, |it| it.egress_lookup = None),
        ("another egress", false, |it| {
            it.egress_lookup = Some(Arc::new(|_| Ok(None)))
        }),
        ("no tracer", false, |it| it.tracer_provider = None),
        ("another tracer", false, |it| {
            it.tracer_provider = Some(TracerProvider::new(SdkTracerProvider::default()));
        }),
        ("another patience, and another registry", true, |it| {
            it.dial_timeout = Duration::from_secs(1);
            it.metrics = Metrics::register(&Registry::new()).expect("a new registry");
        }),
    ];
    for (what, same, change) in changes {
        let mut changed = full.clone();
        change(&mut changed);
        assert_eq!(full.is_same(&changed), same, "{what}");
        assert_eq!(changed.is_same(&full), same, "{what}");
    }
}
