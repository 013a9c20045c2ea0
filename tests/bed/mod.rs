//! A real etcd and stores over it.

#![allow(dead_code, reason = "each test target uses some of it")]

pub(crate) mod exposition;
pub(crate) mod gateway;
#[cfg(target_os = "linux")]
pub(crate) mod held;
pub(crate) mod metrics;
pub(crate) mod range;

use std::{sync::Arc, time::Duration};

use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    codec::Json,
    etcd3,
    value::{Identity, Transformer},
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    objects::Pod,
    provision::{self, Environment},
};
use tokio::{task::yield_now, time::timeout};

/// What anything may take that a test waits for. Nothing takes so long but on a machine that has a lot to do.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// A server of this test's own.
pub(crate) async fn etcd() -> Etcd {
    started(&Spec::default()).await
}

/// A server of this test's own, as it is described.
pub(crate) async fn started(spec: &Spec) -> Etcd {
    start(&Environment::from_process(), spec).await
}

/// The same as a local process, whatever engines there are.
pub(crate) async fn process(spec: &Spec) -> Etcd {
    start(&without_engine(), spec).await
}

/// The surroundings of this process, where no container engine answers.
pub(crate) fn without_engine() -> Environment {
    Environment {
        docker_host: Some("unix:///nonexistent/docker.sock".to_owned()),
        ..Environment::from_process()
    }
}

async fn start(environment: &Environment, spec: &Spec) -> Etcd {
    let decision = provision::decide(environment, spec).await;
    let decision = decision.expect("there is an etcd");
    provision::start(decision, spec).await.expect("it starts")
}

/// `HOST:PORT` of a server of one member.
pub(crate) fn address(etcd: &Etcd) -> String {
    let url = etcd.endpoints().first().expect("one member");
    url.strip_prefix("http://").expect("plain").to_owned()
}

/// A store over the server at a URL. All of them share their objects.
pub(crate) async fn store(url: &str) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    store_behind(url, Arc::new(Identity)).await
}

/// A store over the server at a URL, whose values pass a transformer.
pub(crate) async fn store_behind(
    url: &str,
    transformer: Arc<dyn Transformer>,
) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    let config = Config {
        transformer: Some(transformer),
        ..config(url)
    };
    store_of(config).await
}

/// A store over servers that are reached in some way.
pub(crate) async fn store_over(transport: TransportConfig) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    store_of(Config {
        transport,
        ..config("")
    })
    .await
}

async fn store_of(config: Config<Pod>) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    let pods = config.for_resource(GroupResource::core("pods"));
    factory::create(pods, "/pods/").await.expect("it answers")
}

/// How such stores are made: they compact nothing.
pub(crate) fn config(url: &str) -> Config<Pod> {
    Config {
        transport: TransportConfig::of([url]),
        compaction_interval: Duration::ZERO,
        ..Config::new("/tests", Arc::new(Json))
    }
}

/// Returns once that holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            yield_now().await;
        }
    };
    let waited = timeout(DEADLINE, wait).await;
    waited.unwrap_or_else(|_| panic!("not within {DEADLINE:?}: {what}"));
}
