//! Compactors over a real etcd: they take turns through `compact_rev_key`, as all API servers do (backend §3).

#[path = "../bed/mod.rs"]
mod bed;
mod protocol;
mod record;
mod sharing;

use std::{sync::Arc, time::Duration};

use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    etcd3,
    storage::Store,
};
use storeproof_fixtures::objects::Pod;

/// Short, so that tests are: what holds of longer ones is tested without a server.
const INTERVAL: Duration = Duration::from_millis(200);
/// Longer than any test.
const NEVER: Duration = Duration::from_secs(3600);

type Opened = (Arc<etcd3::Store<Pod>>, Destroy);

/// A store over the server at a URL that asks for compaction.
async fn compacting(url: &str, interval: Duration) -> Opened {
    open(TransportConfig::of([url]), interval).await
}

/// The same with a compactor of its own, as if it were in another process.
async fn elsewhere(url: &str, interval: Duration) -> Opened {
    let transport = TransportConfig {
        egress_lookup: Some(Arc::new(|_| Ok(None))),
        ..TransportConfig::of([url])
    };
    open(transport, interval).await
}

async fn open(transport: TransportConfig, interval: Duration) -> Opened {
    let config = Config {
        transport,
        compaction_interval: interval,
        ..bed::config("")
    };
    let pods = config.for_resource(GroupResource::core("pods"));
    factory::create(pods, "/pods/").await.expect("it answers")
}

/// Returns once a store knows that history is compacted up to a revision.
async fn knows(store: &etcd3::Store<Pod>, revision: i64) {
    bed::until("it hears of the compaction", || known(store) >= revision).await;
}

fn known(store: &etcd3::Store<Pod>) -> i64 {
    i64::try_from(store.compact_revision().get()).expect("a revision")
}
