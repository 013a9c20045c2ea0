//! A real etcd and stores over it.

use std::{sync::Arc, time::Duration};

use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    codec::Json,
    etcd3,
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    objects::Pod,
    provision::{self, Environment},
};

/// What anything may take that a test waits for.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A server of this test's own.
pub(crate) async fn etcd() -> Etcd {
    let spec = Spec::default();
    let decision = provision::decide(&Environment::from_process(), &spec).await;
    let decision = decision.expect("there is an etcd");
    provision::start(decision, &spec).await.expect("it starts")
}

/// A store over the server at a URL. All of them share their objects.
pub(crate) async fn store(url: &str) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    let config = Config::<Pod> {
        transport: TransportConfig::of([url]),
        ..Config::new("/tests", Arc::new(Json))
    };
    let pods = config.for_resource(GroupResource::core("pods"));
    factory::create(pods, "/pods/").await.expect("it answers")
}
