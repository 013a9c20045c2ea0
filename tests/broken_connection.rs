//! What a store does when its way to etcd breaks: a write is sent once, whatever became of it (store §3.12, §6/84).

mod bed;

use std::sync::Arc;

use bed::DEADLINE;
use storeproof::{
    backend::Destroy,
    etcd3::{self, ErrorKind},
    requests::Request,
    storage::{
        Error, Event, GetOptions, Store, Update, UpdateOptions, Watch, WatchOptions, update_with,
    },
};
use storeproof_fixtures::{
    etcd::Etcd,
    fault::Relay,
    objects::{Pod, PodExt, everything, key, pod},
};
use tokio::{
    task::{JoinHandle, spawn, yield_now},
    time::timeout,
};

/// One store behind a relay, one beside it.
struct Ways {
    etcd: Etcd,
    relay: Relay,
    broken: Arc<etcd3::Store<Pod>>,
    direct: Arc<etcd3::Store<Pod>>,
    ends: [Destroy; 2],
}

impl Ways {
    async fn open() -> Self {
        let etcd = bed::etcd().await;
        let url = etcd.endpoints().first().expect("one member").clone();
        let relay = Relay::to(bed::address(&etcd)).await;
        let relay = relay.expect("a port is free");
        let (broken, first) = bed::store(&format!("http://{}", relay.address())).await;
        let (direct, second) = bed::store(&url).await;
        broken.take_requests();
        Self {
            etcd,
            relay,
            broken,
            direct,
            ends: [first, second],
        }
    }

    /// What happens from now on, seen past the relay.
    async fn watch(&self) -> Watch<Pod> {
        let now = self.direct.current_resource_version().await;
        let options = WatchOptions {
            resource_version: now.expect("etcd answers").to_string(),
            predicate: everything(),
            ..WatchOptions::default()
        };
        self.direct
            .watch("/pods/", options)
            .await
            .expect("it starts")
    }

    /// Breaks the connection and lets the next one through.
    fn cut(&self) {
        self.relay.cut();
        self.relay.mute(false);
    }

    /// Returns once the broken store has found its way back.
    async fn mended(&self) {
        let mended = async {
            while self.broken.current_resource_version().await.is_err() {
                yield_now().await;
            }
        };
        timeout(DEADLINE, mended).await.expect("it finds its way");
        self.broken.take_requests();
    }

    /// The broken store writes again, and that is the next thing that happens.
    async fn goes_on(&self, watch: &mut Watch<Pod>) {
        let later = key("ns", "later");
        let later = self.broken.create(&later, &pod("ns", "later"), None).await;
        let later = later.expect("the store goes on");
        assert_eq!(next(watch).await, Event::Added(later), "nothing before");
    }

    async fn close(self) {
        for end in self.ends {
            end.call().await;
        }
        self.etcd.stop().await;
    }
}

async fn next(watch: &mut Watch<Pod>) -> Event<Pod> {
    let event = timeout(DEADLINE, watch.next()).await.expect("in time");
    event.expect("the watch goes on")
}

/// What an operation that was begun ends with.
async fn end<R>(operation: JoinHandle<R>) -> R {
    let ended = timeout(DEADLINE, operation).await;
    ended.expect("it ends").expect("no panic")
}

fn kind(error: &Error) -> ErrorKind {
    let Error::Other(source) = error else {
        panic!("etcd's own error, not {error}");
    };
    let error = source
        .downcast_ref::<etcd3::Error>()
        .expect("etcd's own error");
    error.kind()
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_not_sent_again() {
    let ways = Ways::open().await;
    let mut watch = ways.watch().await;
    ways.relay.mute(true);
    let store = Arc::clone(&ways.broken);
    let foo = key("ns", "foo");
    let write = spawn(async move { store.create(&foo, &pod("ns", "foo"), None).await });
    let Event::Added(written) = next(&mut watch).await else {
        panic!("it is written");
    };
    ways.cut();
    let answer = end(write).await;
    let error = answer.expect_err("nobody can know that it was written");
    assert_eq!(kind(&error), ErrorKind::Transport);
    let full_key = ways
        .broken
        .keys()
        .prepare(&key("ns", "foo"), false)
        .expect("a key");
    assert_eq!(
        ways.broken.take_requests(),
        [Request::Create { key: full_key }]
    );

    ways.mended().await;
    let found = ways
        .broken
        .get(&key("ns", "foo"), &GetOptions::default())
        .await;
    assert_eq!(found.expect("it is read"), Some(written));
    ways.goes_on(&mut watch).await;
    ways.close().await;
}

#[tokio::test]
async fn an_update_whose_answer_is_lost_happens_once_and_can_be_repeated() {
    let ways = Ways::open().await;
    let foo = key("ns", "foo");
    let created = ways.broken.create(&foo, &pod("ns", "foo"), None).await;
    let wanted = created.expect("it is created").label("a", "1");
    let mut watch = ways.watch().await;
    ways.broken.take_requests();
    let (store, at, object) = (Arc::clone(&ways.broken), foo.clone(), wanted.clone());
    let options = UpdateOptions {
        suggestion: Some(wanted.clone().label("a", "0")),
        ..UpdateOptions::default()
    };
    ways.relay.mute(true);
    let write = spawn(async move {
        let mut update = update_with(|_, _| Ok(Update::from(object.clone())));
        store.guaranteed_update(&at, options, &mut update).await
    });
    let Event::Modified(written) = next(&mut watch).await else {
        panic!("it is written");
    };
    ways.cut();
    let answer = end(write).await;
    let error = answer.expect_err("nobody can know that it was written");
    assert_eq!(kind(&error), ErrorKind::Transport);
    let sent = ways.broken.take_requests();
    assert!(matches!(sent[..], [Request::Update { .. }]), "{sent:?}");

    ways.mended().await;
    let mut update = update_with(|_, _| Ok(Update::from(wanted.clone())));
    let again = ways
        .broken
        .guaranteed_update(&foo, UpdateOptions::default(), &mut update)
        .await;
    assert_eq!(again.expect("it is there already"), written);
    ways.close().await;
}

#[tokio::test]
async fn a_read_whose_answer_is_lost_is_sent_again() {
    let ways = Ways::open().await;
    let foo = key("ns", "foo");
    let created = ways.direct.create(&foo, &pod("ns", "foo"), None).await;
    let before = ways.relay.connections();
    ways.relay.mute(true);
    let (store, at) = (Arc::clone(&ways.broken), foo.clone());
    let read = spawn(async move { store.get(&at, &GetOptions::default()).await });
    let mut sent = Vec::new();
    let asked = async {
        while sent.is_empty() {
            yield_now().await;
            sent = ways.broken.take_requests();
        }
    };
    timeout(DEADLINE, asked).await.expect("it is asked");
    ways.cut();
    let answer = end(read).await;
    assert_eq!(answer.expect("it is read"), created.ok());
    assert!(ways.relay.connections() > before, "over another connection");
    sent.extend(ways.broken.take_requests());
    assert!(sent.len() > 1, "asked again: {sent:?}");
    ways.close().await;
}

#[tokio::test]
async fn a_write_that_finds_no_way_fails_and_changes_nothing() {
    let ways = Ways::open().await;
    let mut watch = ways.watch().await;
    ways.relay.refuse(true);
    ways.relay.cut();
    let (foo, object) = (key("ns", "foo"), pod("ns", "foo"));
    let write = ways.broken.create(&foo, &object, None);
    let answer = timeout(DEADLINE, write).await.expect("it ends");
    answer.expect_err("there is no way to etcd");
    assert_eq!(ways.broken.take_requests().len(), 1, "it is sent once");

    ways.relay.refuse(false);
    ways.mended().await;
    ways.goes_on(&mut watch).await;
    ways.close().await;
}
