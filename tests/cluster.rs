//! A cluster with mutual TLS whose members die, stand still, are cut off and led by others, and whose clients get other
//! certificates, while stores are in use: no write happens twice, none that was acknowledged is lost, and when all is over this
//! process holds what it held before.

#![cfg(target_os = "linux")]

mod bed;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bed::{DEADLINE, held::Held};
use futures::future::join_all;
use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    etcd3,
    storage::{GetOptions, Store, UpdateOptions, update_with},
};
use storeproof_fixtures::{
    etcd::{Members, Spec, Tls},
    fault::Breakable,
    objects::{Pod, PodExt, key, pod},
};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::timeout};

const WRITERS: usize = 4;
/// So many writes of each writer are acknowledged after each break.
const EACH: u64 = 5;
const COUNT: &str = "count";

/// The files of the clients, which may change.
struct Files(TempDir);

impl Files {
    fn of(etcd: &Breakable) -> Self {
        let files = Self(tempfile::tempdir().expect("a folder"));
        let given = etcd.client_files().expect("it talks TLS");
        std::fs::copy(&given.ca, files.path("ca.pem")).expect("it is copied");
        files.renew(etcd, "first");
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn renew(&self, etcd: &Breakable, name: &str) {
        let authority = etcd.etcd().authority().expect("it talks TLS");
        let client = authority.client(name).expect("a certificate");
        let written = client.write(&self.path("client.pem"), &self.path("client-key.pem"));
        written.expect("it is written");
    }

    fn transport(&self, etcd: &Breakable) -> TransportConfig {
        TransportConfig {
            trusted_ca_file: Some(self.path("ca.pem")),
            cert_file: Some(self.path("client.pem")),
            key_file: Some(self.path("client-key.pem")),
            ..TransportConfig::of(etcd.endpoints())
        }
    }
}

/// What came of the writes of one writer.
#[derive(Clone, Copy, Debug, Default)]
struct Outcomes {
    acknowledged: u64,
    unknown: u64,
    /// What was counted by the write that was acknowledged last.
    counted: u64,
}

/// Somebody who counts in an object of its own, until told to stop.
struct Writer {
    name: String,
    outcomes: Arc<Mutex<Outcomes>>,
    stop: Arc<AtomicBool>,
    writing: JoinHandle<()>,
    end: Destroy,
}

impl Writer {
    async fn start(config: &Config<Pod>, number: usize) -> Self {
        let pods = config.for_resource(GroupResource::core("pods"));
        let created = factory::create(pods, "/pods/").await;
        let (store, end) = created.expect("the cluster answers");
        let name = format!("counter-{number}");
        let (outcomes, stop) = (
            Arc::<Mutex<Outcomes>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let writing = tokio::spawn(write(
            store,
            name.clone(),
            Arc::clone(&outcomes),
            Arc::clone(&stop),
        ));
        Self {
            name,
            outcomes,
            stop,
            writing,
            end,
        }
    }

    fn outcomes(&self) -> Outcomes {
        *self.outcomes.lock().expect("nobody panics with it")
    }
}

fn counted(pod: &Pod) -> u64 {
    let labels = pod.metadata.labels.as_ref();
    let count = labels.and_then(|labels| labels.get(COUNT)?.parse().ok());
    count.unwrap_or_default()
}

async fn write(
    store: Arc<etcd3::Store<Pod>>,
    name: String,
    outcomes: Arc<Mutex<Outcomes>>,
    stop: Arc<AtomicBool>,
) {
    let at = key("ns", &name);
    let options = UpdateOptions {
        ignore_not_found: true,
        ..UpdateOptions::default()
    };
    while !stop.load(Ordering::SeqCst) {
        let mut sent = None;
        let mut count = update_with(|current: Option<Pod>, _| {
            let current = current.filter(|pod| pod.metadata.name.is_some());
            let current = current.unwrap_or_else(|| pod("ns", &name));
            let next = counted(&current) + 1;
            sent = Some(next);
            Ok(current.label(COUNT, &next.to_string()).into())
        });
        let answer = store
            .guaranteed_update(&at, options.clone(), &mut count)
            .await;
        let mut outcomes = outcomes.lock().expect("nobody panics with it");
        match answer {
            Ok(written) => {
                let now = counted(&written);
                assert!(now > outcomes.counted, "{now} after {}", outcomes.counted);
                outcomes.acknowledged += 1;
                outcomes.counted = now;
            }
            // What was never tried cannot have happened.
            Err(_) => outcomes.unknown += u64::from(sent.is_some()),
        }
    }
}

/// Returns once each writer had so many more writes acknowledged.
async fn go_on(writers: &[Writer], after: &str) {
    let before: Vec<u64> = writers
        .iter()
        .map(|it| it.outcomes().acknowledged)
        .collect();
    let what = format!("every store takes writes after {after}");
    bed::until(&what, || {
        let each = writers.iter().zip(&before);
        let mut ahead = each.map(|(it, before)| it.outcomes().acknowledged >= before + EACH);
        ahead.all(|ahead| ahead)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stores_live_through_whatever_happens_to_their_cluster() {
    let mut held = Held::now();
    let spec = Spec::default().members(Members::Three).tls(Tls::Mutual);
    let etcd = Breakable::start(&bed::without_engine(), &spec).await;
    let etcd = etcd.expect("it starts");
    let files = Files::of(&etcd);
    let config = Config {
        transport: files.transport(&etcd),
        compaction_interval: Duration::from_millis(500),
        ..bed::config("")
    };
    let health = factory::create_health_check(&config).expect("it can be asked");
    let writers = join_all((0..WRITERS).map(|number| Writer::start(&config, number))).await;
    go_on(&writers, "the start").await;

    etcd.kill(etcd.busiest()).await.expect("it is killed");
    go_on(&writers, "the death of the member that they talk to").await;
    etcd.heal().await.expect("all answer");
    etcd.pause(etcd.busiest()).await.expect("it stands still");
    etcd.heal().await.expect("all answer");
    go_on(&writers, "a pause").await;
    for member in 0..3 {
        etcd.isolate(member).expect("it can be cut off");
        etcd.heal().await.expect("all answer");
        go_on(&writers, "a partition").await;
    }
    etcd.move_leader().await.expect("they follow another");
    go_on(&writers, "a change of leaders").await;
    // The files are other ones from the next connection on.
    files.renew(&etcd, "second");
    etcd.kill(etcd.busiest()).await.expect("it is killed");
    go_on(&writers, "new connections with other certificates").await;
    etcd.heal().await.expect("all answer");
    go_on(&writers, "all of it").await;
    let well = async { while health.check().await.is_err() {} };
    timeout(DEADLINE, well).await.expect("the cluster is well");

    let reader = factory::create(config.for_resource(GroupResource::core("pods")), "/pods/");
    let (reader, reader_end) = reader.await.expect("it answers");
    for Writer {
        name,
        outcomes,
        stop,
        writing,
        end,
    } in writers
    {
        stop.store(true, Ordering::SeqCst);
        let stopped = timeout(DEADLINE, writing).await.expect("in time");
        stopped.expect("no panic");
        let outcomes = *outcomes.lock().expect("nobody panics with it");
        let found = reader.get(&key("ns", &name), &GetOptions::default()).await;
        let count = counted(&found.expect("it answers").expect("it is there"));
        let least = outcomes.acknowledged;
        let most = least + outcomes.unknown;
        assert!(
            (least..=most).contains(&count),
            "{name}: {count}, {outcomes:?}"
        );
        assert!(count >= outcomes.counted, "{name}: {count}, {outcomes:?}");
        end.call().await;
    }
    reader_end.call().await;
    drop(reader);
    health.stop().await;
    drop(health);
    etcd.stop().await;
    held.is_back("all of it").await;
}
