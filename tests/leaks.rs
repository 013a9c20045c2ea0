//! What is made and taken down, or was never made, leaves nothing in its process: no socket, no file, no task.

#![cfg(target_os = "linux")]

mod bed;

use std::{sync::Arc, time::Duration};

use bed::{DEADLINE, held::Held};
use futures::{StreamExt, stream};
use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    etcd3,
    storage::{GetOptions, Store, WatchOptions},
};
use storeproof_fixtures::objects::{Pod, everything, key, pod};
use tokio::{net::TcpListener, task::JoinSet, time::timeout};

const MANY: usize = 1000;
/// So many are made at a time.
const AT_ONCE: usize = 20;

/// A store that wants a compactor, which all of its kind share.
fn config(servers: impl IntoIterator<Item = impl Into<String>>) -> Config<Pod> {
    Config {
        transport: TransportConfig {
            dial_timeout: Duration::from_millis(5),
            ..TransportConfig::of(servers)
        },
        compaction_interval: Duration::from_secs(3600),
        ..bed::config("")
    }
}

/// Everything that cannot be made, each for another reason, and the resource's prefix.
fn flawed(nobody: &str, etcd: &str) -> Vec<(Config<Pod>, &'static str)> {
    let with = |change: &dyn Fn(&mut Config<Pod>)| {
        let mut config = config([etcd]);
        change(&mut config);
        config
    };
    vec![
        (config([nobody]), "/pods/"),
        (config(["http://"]), "/pods/"),
        (config(Vec::<String>::new()), "/pods/"),
        (config([etcd]), "pods"),
        (
            with(&|config| config.storage_type = "etcd2".to_owned()),
            "/pods/",
        ),
        (
            with(&|config| config.transport.trusted_ca_file = Some("/nowhere.pem".into())),
            "/pods/",
        ),
        (
            with(&|config| {
                config.transport.egress_lookup = Some(Arc::new(|_| Err("no egress".into())));
            }),
            "/pods/",
        ),
    ]
}

async fn create(
    config: &Config<Pod>,
    prefix: &str,
) -> Result<(Arc<etcd3::Store<Pod>>, Destroy), storeproof::backend::Error> {
    let pods = config.for_resource(GroupResource::core("pods"));
    factory::create(pods, prefix).await
}

/// Makes a store, uses it, and takes it down in one of several ways.
async fn live(config: &Config<Pod>, number: usize) {
    let (store, end) = create(config, "/pods/").await.expect("etcd answers");
    let found = store.get(&key("ns", "foo"), &GetOptions::default()).await;
    found.expect("it is there");
    let options = WatchOptions {
        predicate: everything(),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    let event = timeout(DEADLINE, watch.next()).await.expect("in time");
    event.expect("the state of now");
    match number % 4 {
        // By ten tasks, ten times, while it is watched.
        0 => {
            let mut callers = JoinSet::new();
            for _ in 0..10 {
                let end = end.clone();
                callers.spawn(async move {
                    for _ in 0..10 {
                        end.call().await;
                    }
                });
            }
            callers.join_all().await;
            let last = timeout(DEADLINE, watch.next()).await.expect("in time");
            assert_eq!(last, None, "the watch has ended");
        }
        1 => {
            drop(watch);
            drop(store);
            end.call().await;
        }
        // Never destroyed.
        2 => drop((end, store, watch)),
        _ => end.call().await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_made_leaves_nothing_behind() {
    let etcd = bed::etcd().await;
    let mut before = Held::now();
    let url = etcd.endpoints().first().expect("one member").clone();
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nobody = format!("http://{}", closed.local_addr().expect("it is bound"));
    drop(closed);
    let mut patient = config([url.as_str()]);
    patient.transport.dial_timeout = DEADLINE;
    let (store, end) = create(&patient, "/pods/").await.expect("etcd answers");
    let created = store
        .create(&key("ns", "foo"), &pod("ns", "foo"), None)
        .await;
    created.expect("it is stored");
    drop(store);
    end.call().await;
    drop(end);
    before.is_back("the first store").await;

    let flawed = flawed(&nobody, &url);
    let failing = stream::iter(flawed.iter().cycle().take(MANY));
    failing
        .for_each_concurrent(AT_ONCE, async |(config, prefix)| {
            create(config, prefix).await.expect_err("it has a flaw");
        })
        .await;
    before.is_back("failures").await;

    let living = stream::iter(0..MANY);
    living
        .for_each_concurrent(AT_ONCE, async |number| live(&patient, number).await)
        .await;
    before.is_back("stores").await;

    // What is counted can be seen to be there.
    let (store, end) = create(&patient, "/pods/").await.expect("etcd answers");
    let there = Held::now();
    assert!(
        there.descriptors >= before.descriptors + 2,
        "{there:?}, {before:?}"
    );
    assert!(there.tasks > before.tasks, "{there:?}, {before:?}");
    end.call().await;
    before
        .is_back("a store that was destroyed and is held")
        .await;
    drop(store);
    drop(end);

    let checking = stream::iter(0..100);
    checking
        .for_each_concurrent(AT_ONCE, async |number| {
            let config = if number % 2 == 0 {
                &patient
            } else {
                &flawed[0].0
            };
            let check = factory::create_health_check(config).expect("it can be asked");
            let ready = factory::create_ready_check(config).expect("it can be asked");
            let _ = check.check().await;
            check.stop().await;
            drop(ready);
            if let Ok(prober) = factory::create_prober(config).await {
                prober.probe().await.expect("etcd answers");
                prober.close().await.expect("it was open");
            }
            if let Ok(monitor) = factory::create_monitor(config).await {
                monitor.measure().await.expect("etcd answers");
            }
        })
        .await;
    before.is_back("checks").await;
    etcd.stop().await;
}
