//! Members that do not hear each other: what stores on either side are told, and what becomes of what they wrote (backend
//! §2, §9.2 row 21, §9.9 row 110; contract §2.8).

mod bed;

use std::{sync::Arc, time::Duration};

use bed::DEADLINE;
use futures::future::join_all;
use storeproof::{
    backend::{Config, Destroy, HealthCheck, TransportConfig, factory},
    etcd3::{self, ErrorKind},
    storage::{Error, Event, GetOptions, Result, Store, WatchOptions},
};
use storeproof_fixtures::{
    etcd::{Members, Spec, Tls},
    fault::Breakable,
    objects::{Pod, PodExt, everything, key, pod},
};
use tokio::{task::yield_now, time::timeout};

type Opened = (Arc<etcd3::Store<Pod>>, Destroy);

/// The ways to one member of a cluster of three, each of which has TLS.
fn to(etcd: &Breakable, member: usize) -> Config<Pod> {
    let files = etcd.client_files().expect("it talks TLS");
    let endpoint = etcd.endpoints().get(member).expect("there are three");
    Config {
        transport: TransportConfig {
            trusted_ca_file: Some(files.ca.clone()),
            cert_file: files.certificate.clone(),
            key_file: files.key.clone(),
            ..TransportConfig::of([endpoint])
        },
        healthcheck_timeout: Duration::from_secs(1),
        ..bed::config("")
    }
}

async fn cluster() -> Breakable {
    let spec = Spec::default().members(Members::Three).tls(Tls::Mutual);
    let etcd = Breakable::start(&bed::without_engine(), &spec).await;
    let etcd = etcd.expect("it starts");
    assert!(etcd.is_severable());
    etcd
}

async fn in_time<R>(what: &str, future: impl Future<Output = R>) -> R {
    let ended = timeout(DEADLINE, future).await;
    ended.unwrap_or_else(|_| panic!("not within {DEADLINE:?}: {what}"))
}

/// Creates objects of other names until a creation is acknowledged, as clients do. The names of all, the last of which is
/// there.
async fn acknowledged(store: &etcd3::Store<Pod>, name: &str) -> (Vec<String>, Pod) {
    let mut names = Vec::new();
    let created = async {
        loop {
            let name = format!("{name}-{}", names.len());
            let (at, object) = (key("ns", &name), pod("ns", &name));
            names.push(name);
            if let Ok(created) = store.create(&at, &object, None).await {
                break created;
            }
        }
    };
    let created = in_time("a creation is acknowledged", created).await;
    (names, created)
}

fn kind(error: &Error) -> ErrorKind {
    let Error::Other(source) = error else {
        panic!("etcd's own error, not {error}");
    };
    let source = source.downcast_ref::<etcd3::Error>();
    source.expect("etcd's own error").kind()
}

/// The member says that it has no leader, or that nobody takes what it was asked for.
fn tells_of_no_majority<R: std::fmt::Debug>(answer: Result<R>) {
    let error = answer.expect_err("no majority was asked");
    let told = kind(&error);
    let expected = [
        ErrorKind::Unavailable,
        ErrorKind::NoLeader,
        ErrorKind::TimedOut,
    ];
    assert!(expected.contains(&told), "{told:?}: {error}");
    let words = error.to_string();
    // The last is what a member says that knows of no leader when it is asked to write.
    let expected = [
        "request timed out",
        "no leader",
        "leader changed",
        "context deadline exceeded",
    ];
    assert!(expected.iter().any(|text| words.contains(text)), "{words}");
}

async fn is(check: &HealthCheck, healthy: bool) {
    let changed = async {
        while check.check().await.is_ok() != healthy {
            yield_now().await;
        }
    };
    in_time("the check notices", changed).await;
}

async fn store_to(config: Config<Pod>) -> Opened {
    let pods = config.for_resource(storeproof::backend::GroupResource::core("pods"));
    factory::create(pods, "/pods/").await.expect("it answers")
}

async fn end(opened: impl IntoIterator<Item = Destroy>) {
    let opened: Vec<_> = opened.into_iter().collect();
    join_all(opened.iter().map(Destroy::call)).await;
}

/// What happened to objects since a version, until one of a name is created.
async fn changes(store: &etcd3::Store<Pod>, since: &Pod, last: &str) -> Vec<String> {
    let options = WatchOptions {
        resource_version: since.version().to_owned(),
        predicate: everything(),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    let mut names = Vec::new();
    loop {
        let event = in_time("the watch goes on", watch.next()).await;
        let Some(Event::Added(object)) = event else {
            panic!("objects are created and nothing else: {event:?}");
        };
        if object.name() == last {
            return names;
        }
        names.push(object.name().to_owned());
    }
}

#[tokio::test]
async fn a_minority_says_so_and_a_majority_goes_on() {
    let etcd = cluster().await;
    let (lonely, lonely_end) = store_to(to(&etcd, 0)).await;
    let (others, others_end) = store_to(to(&etcd, 1)).await;
    let hasty = Config {
        quorum: false,
        ..to(&etcd, 0)
    };
    let (hasty, hasty_end) = store_to(hasty).await;
    let checks = [0, 1].map(|member| {
        let check = factory::create_health_check(&to(&etcd, member));
        check.expect("it can be asked")
    });
    let ready = factory::create_ready_check(&to(&etcd, 0)).expect("it can be asked");
    let prober = factory::create_prober(&to(&etcd, 0)).await;
    let prober = prober.expect("it answers");
    let (_, before) = acknowledged(&others, "before").await;
    for check in &checks {
        is(check, true).await;
    }
    is(&ready, true).await;

    etcd.isolate(0).expect("it can be cut off");
    let (at, object) = (key("ns", "alone"), pod("ns", "alone"));
    let refused = in_time("an answer", lonely.create(&at, &object, None)).await;
    tells_of_no_majority(refused);
    let (tried, meanwhile) = acknowledged(&others, "meanwhile").await;
    let found = in_time(
        "an answer",
        lonely.get(&key("ns", "any"), &GetOptions::default()),
    )
    .await;
    tells_of_no_majority(found);
    in_time("an answer", prober.probe())
        .await
        .expect_err("no majority was asked");
    is(&checks[0], false).await;
    is(&ready, false).await;
    is(&checks[1], true).await;
    // Whoever is content with what one member knows gets that.
    let (then, now) = (key("ns", before.name()), key("ns", meanwhile.name()));
    let known = hasty.get(&then, &GetOptions::default()).await;
    assert_eq!(known.expect("it answers"), Some(before.clone()));
    let ignoring = GetOptions {
        ignore_not_found: true,
        ..GetOptions::default()
    };
    let unknown = hasty.get(&now, &ignoring).await.expect("it answers");
    assert_eq!(unknown, None, "it heard of it");

    etcd.heal().await.expect("they hear each other");
    is(&checks[0], true).await;
    is(&ready, true).await;
    in_time("an answer", prober.probe())
        .await
        .expect("it is well");
    let found = in_time("an answer", lonely.get(&now, &GetOptions::default())).await;
    assert_eq!(found.expect("it answers"), Some(meanwhile));
    // Each write that nobody acknowledged happened once at most, also the one that waited for the others.
    let (_, last) = acknowledged(&lonely, "last").await;
    let mut happened = changes(&others, &before, last.name()).await;
    happened.sort();
    let unique = happened.len();
    happened.dedup();
    assert_eq!(happened.len(), unique, "{happened:?}");
    let known = |name: &String| name == "alone" || name.starts_with("last") || tried.contains(name);
    assert!(happened.iter().all(known), "{happened:?}");
    prober.close().await.expect("it was open");
    end([lonely_end, others_end, hasty_end]).await;
    etcd.stop().await;
}

/// The connection to a member without a majority is sound, and so it would keep its clients for ever.
#[tokio::test]
async fn a_store_that_knows_all_members_goes_on_with_another() {
    let etcd = cluster().await;
    let mut all = to(&etcd, 0);
    all.transport.server_list = etcd.endpoints().to_vec();
    let (store, store_end) = store_to(all).await;
    let (_, before) = acknowledged(&store, "before").await;
    bed::until("one member is talked to", || etcd.only_used().is_some()).await;
    let member = etcd.only_used().expect("there is one");

    etcd.isolate(member).expect("it can be cut off");
    let (tried, meanwhile) = acknowledged(&store, "meanwhile").await;
    let now = key("ns", meanwhile.name());
    let found = in_time("an answer", store.get(&now, &GetOptions::default())).await;
    assert_eq!(found.expect("it answers"), Some(meanwhile));
    bed::until("the old connection is gone", || {
        etcd.only_used().is_some_and(|used| used != member)
    })
    .await;

    etcd.heal().await.expect("they hear each other");
    let (last_tried, last) = acknowledged(&store, "last").await;
    let happened = changes(&store, &before, last.name()).await;
    let mut unique = happened.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), happened.len(), "{happened:?}");
    let known = |name: &String| tried.contains(name) || last_tried.contains(name);
    assert!(happened.iter().all(known), "{happened:?}");
    end([store_end]).await;
    etcd.stop().await;
}

/// A watch at a member without a majority ends with an error, as clients of etcd expect; whoever watches again from what he
/// saw misses nothing and sees nothing twice.
#[tokio::test]
async fn a_watch_of_the_minority_can_be_resumed() {
    let etcd = cluster().await;
    let (lonely, lonely_end) = store_to(to(&etcd, 0)).await;
    let (others, others_end) = store_to(to(&etcd, 1)).await;
    let (_, before) = acknowledged(&others, "before").await;
    let options = |since: &str| WatchOptions {
        resource_version: since.to_owned(),
        predicate: everything(),
        ..WatchOptions::default()
    };
    let watch = lonely.watch("/pods/", options(before.version())).await;
    let mut watch = watch.expect("it starts");
    let (_, seen) = acknowledged(&others, "seen").await;
    let event = in_time("an event", watch.next()).await;
    assert_eq!(event, Some(Event::Added(seen.clone())));

    etcd.isolate(0).expect("it can be cut off");
    let mut expected = Vec::new();
    for name in ["a", "b", "c"] {
        expected.push(acknowledged(&others, name).await.1.version().to_owned());
    }
    let told = in_time("the end of the watch", watch.next()).await;
    let Some(Event::Error(status)) = told else {
        panic!("it heard of what nobody told it: {told:?}");
    };
    let words = status.message.clone().unwrap_or_default();
    assert!(words.contains("no leader"), "{words}");
    assert_eq!(in_time("the end", watch.next()).await, None);

    etcd.heal().await.expect("they hear each other");
    let again = lonely.watch("/pods/", options(seen.version())).await;
    let mut again = again.expect("it starts");
    let (_, last) = acknowledged(&others, "last").await;
    let mut told = Vec::new();
    loop {
        let event = in_time("an event", again.next()).await;
        let object = event.as_ref().and_then(Event::object);
        let version = object.expect("objects are created").version().to_owned();
        if version == last.version() {
            break;
        }
        told.push(version);
    }
    let missed = expected.iter().find(|version| !told.contains(version));
    assert_eq!(missed, None, "{told:?}");
    let mut unique = told.clone();
    unique.dedup();
    assert_eq!(unique, told, "each is told once, in order");
    end([lonely_end, others_end]).await;
    etcd.stop().await;
}
