//! Ways to etcd: those that are refused, those through an egress, those through TLS (backend §1.7 to §1.10).

#[path = "../bed/mod.rs"]
mod bed;
mod egress;
mod refusal;
mod tls;

use std::{sync::Arc, time::Duration};

use storeproof::{
    backend::{Config, Destroy, Error, GroupResource, TransportConfig, factory},
    etcd3,
    storage::Store,
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec, Tls},
    objects::Pod,
    provision::{self, Environment},
};

/// How long ways are tried that lead nowhere.
const PATIENCE: Duration = Duration::from_secs(1);

/// A server whose clients talk to it like that.
async fn etcd(tls: Tls) -> Etcd {
    let spec = Spec::default().tls(tls);
    let decision = provision::decide(&Environment::from_process(), &spec).await;
    let decision = decision.expect("there is an etcd");
    provision::start(decision, &spec).await.expect("it starts")
}

/// `HOST:PORT` of its one member.
fn address(etcd: &Etcd) -> &str {
    let url = etcd.endpoints().first().expect("one member");
    url.split_once("://").expect("a URL").1
}

async fn open(transport: TransportConfig) -> Result<(Arc<etcd3::Store<Pod>>, Destroy), Error> {
    let config = Config {
        transport,
        ..bed::config("")
    };
    let pods = config.for_resource(GroupResource::core("pods"));
    factory::create(pods, "/pods/").await
}

/// The way leads to etcd.
async fn leads_there(transport: TransportConfig) {
    let (store, end) = open(transport).await.expect("etcd answers");
    let version = store.current_resource_version().await;
    version.expect("etcd answers");
    end.call().await;
}

/// The way leads nowhere; this is what is said of it, as far as it is known how that begins.
async fn leads_nowhere(transport: TransportConfig) -> String {
    let hasty = TransportConfig {
        dial_timeout: PATIENCE,
        ..transport
    };
    let error = open(hasty).await.expect_err("nobody can be reached");
    error.to_string()
}
