//! What every benchmark stands on: a private etcd, a store built through the factory, the bare client beside it, and the
//! objects they exchange.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    unused_imports,
    missing_docs,
    reason = "each benchmark uses its part of the bed, and ends where anything goes wrong"
)]

mod object;
mod pair;
mod watching;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use etcd_client::{Client, Compare, CompareOp, ConnectOptions, KvClient, Txn, TxnOp, WatchClient};
use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    codec::Json,
    etcd3,
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    provision::{self, Environment},
};
use tokio::runtime::{Builder, Runtime};

pub use object::{ConfigMap, encode, object};
pub use pair::{Pair, main, prints_ratios, quantile, target_of_requests};
pub use watching::{bare_watch, fresh_value, own_watch, write_all};

/// Where the store keeps everything.
pub const PREFIX: &str = "/bench/";
/// The resource below it.
pub const RESOURCE: &str = "/configmaps/";

/// One server, one store, one bare client. Taken down when dropped.
pub struct Bed {
    pub runtime: Runtime,
    pub store: Arc<etcd3::Store<ConfigMap>>,
    kv: KvClient,
    watch: WatchClient,
    next: AtomicU64,
    destroy: Destroy,
    etcd: Option<Etcd>,
}

impl Bed {
    /// Starts a server and connects to it twice: through the factory, and bare.
    ///
    /// # Panics
    ///
    /// No server can be had: there is nothing to measure then.
    pub fn new() -> Arc<Self> {
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let (etcd, store, destroy, client) = runtime.block_on(async {
            let (environment, spec) = (Environment::from_process(), Spec::default());
            let decision = provision::decide(&environment, &spec)
                .await
                .unwrap_or_else(|error| panic!("no etcd to measure: {error}"));
            eprintln!("{decision}");
            let etcd = provision::start(decision, &spec)
                .await
                .unwrap_or_else(|error| panic!("etcd does not start: {error}"));
            let mut config = Config::new(PREFIX, Arc::new(Json));
            config.transport = TransportConfig::of(etcd.endpoints());
            config.compaction_interval = Duration::ZERO;
            let resource = config.for_resource(GroupResource::core("configmaps"));
            let (store, destroy) = factory::create(resource, RESOURCE)
                .await
                .unwrap_or_else(|error| panic!("the store cannot be made: {error}"));
            let client = Client::connect(etcd.endpoints(), Some(ConnectOptions::new()))
                .await
                .unwrap_or_else(|error| panic!("the bare client cannot connect: {error}"));
            (etcd, store, destroy, client)
        });
        Arc::new(Self {
            store,
            kv: client.kv_client().max_decoding_message_size(usize::MAX),
            watch: client.watch_client().max_decoding_message_size(usize::MAX),
            next: AtomicU64::new(0),
            destroy,
            etcd: Some(etcd),
            runtime,
        })
    }

    /// The bare client, cloned as the store clones its own.
    pub fn kv(&self) -> KvClient {
        self.kv.clone()
    }

    /// The bare client's watches.
    pub fn watches(&self) -> WatchClient {
        self.watch.clone()
    }

    /// The URL of the server.
    pub fn endpoint(&self) -> String {
        let etcd = self
            .etcd
            .as_ref()
            .expect("it runs until the bed is dropped");
        etcd.endpoints().first().expect("one member").clone()
    }

    /// For work that needs no preparation.
    pub fn nothing(_: &Arc<Self>) {}

    /// One side of a pair: does `work` so many times, `in_flight` at a time, on input that `prepare` makes before the
    /// clock starts.
    pub fn clocked<I, F>(
        self: &Arc<Self>,
        in_flight: u64,
        prepare: impl Fn(&Arc<Self>) -> I + 'static,
        work: impl Fn(Arc<Self>, I) -> F + Clone + Send + 'static,
    ) -> impl FnMut(u64) -> Duration + 'static
    where
        I: Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let bed = Arc::clone(self);
        move |times| {
            let mut inputs: Vec<Vec<I>> = (0..in_flight).map(|_| Vec::new()).collect();
            for (_, worker) in (0..times).zip((0..in_flight as usize).cycle()) {
                inputs[worker].push(prepare(&bed));
            }
            let begun = Instant::now();
            bed.runtime.block_on(async {
                let workers = inputs.into_iter().map(|inputs| {
                    let (bed, work) = (Arc::clone(&bed), work.clone());
                    tokio::spawn(async move {
                        for input in inputs {
                            work(Arc::clone(&bed), input).await;
                        }
                    })
                });
                for worker in workers.collect::<Vec<_>>() {
                    worker.await.expect("the work does not panic");
                }
            });
            begun.elapsed()
        }
    }

    /// A name that was not used before.
    pub fn fresh(&self, kind: &str) -> String {
        format!("{kind}-{:08}", self.next.fetch_add(1, Ordering::Relaxed))
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        let etcd = self.etcd.take();
        self.runtime.block_on(async {
            self.destroy.call().await;
            if let Some(etcd) = etcd {
                etcd.stop().await;
            }
        });
    }
}

/// The logical key of an object.
pub fn key(name: &str) -> String {
    format!("{RESOURCE}ns/{name}")
}

/// The full key of an object, as the bare client uses it.
pub fn full_key(name: &str) -> String {
    format!("{PREFIX}configmaps/ns/{name}")
}

/// The transaction that replaces a value if nobody else did.
pub fn replace(key: String, value: Vec<u8>, revision: i64) -> Txn {
    let unchanged = Compare::mod_revision(key.clone(), CompareOp::Equal, revision);
    Txn::new()
        .when([unchanged])
        .and_then([TxnOp::put(key.clone(), value, None)])
        .or_else([TxnOp::get(key, None)])
}
