//! What is left of a watch of etcd's once nobody wants it: no task, and no stream at etcd (backend §5.10, §9.5, row 71).

mod bed;

use std::sync::Arc;

use bed::{DEADLINE, metrics};
use futures::{FutureExt, future::pending};
use storeproof::{
    etcd3,
    storage::{Event, ResourceVersion, Store, Watch, WatchOptions},
    value::{Context, Data, Error, Eventually, Opened, Transformer},
};
use storeproof_fixtures::{
    fault::Relay,
    objects::{Pod, everything, key, pod},
};
use tokio::{runtime::Handle, sync::watch, task::yield_now, time::timeout};

/// More than a watch sends ahead of its reader.
const OBJECTS: usize = 300;
const ROUNDS: usize = 500;

/// Values of keys with `slow` in them are never read, those with `broken` cannot be.
#[derive(Default)]
struct Partial {
    /// How often it was asked for a slow one.
    asked: watch::Sender<usize>,
}

impl Transformer for Partial {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        let key = String::from_utf8_lossy(context.authenticated_data());
        if key.contains("slow") {
            self.asked.send_modify(|asked| *asked += 1);
            return Eventually::Later(pending().boxed());
        }
        if key.contains("broken") {
            return Eventually::now(Err(Error::NoMatch));
        }
        Eventually::now(Ok(Opened {
            plain: stored,
            stale: false,
        }))
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        _context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        stored.extend_from_slice(plain);
        Eventually::now(Ok(()))
    }
}

/// Where a watch is when it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    State,
    Idle,
    Unread,
    Reading,
    Failed,
    Cut,
    /// Nothing moves on the way to etcd.
    Frozen,
    /// Nor is the state read that it tells.
    FrozenInState,
}

const PLACES: [Place; 9] = [
    Place::Start,
    Place::State,
    Place::Idle,
    Place::Unread,
    Place::Reading,
    Place::Failed,
    Place::Cut,
    Place::Frozen,
    Place::FrozenInState,
];

struct Bed {
    address: String,
    relay: Relay,
    /// The store whose watches are given up, behind the relay.
    store: Arc<etcd3::Store<Pod>>,
    /// Another one, past it.
    writer: Arc<etcd3::Store<Pod>>,
    asked: watch::Receiver<usize>,
    start: ResourceVersion,
    tasks: usize,
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

async fn next(watch: &mut Watch<Pod>) -> Option<Event<Pod>> {
    timeout(DEADLINE, watch.next()).await.expect("in time")
}

impl Bed {
    async fn watch(&self, namespace: &str, version: Option<ResourceVersion>) -> Watch<Pod> {
        let options = WatchOptions {
            resource_version: version.unwrap_or_default().to_string(),
            predicate: everything(),
            ..WatchOptions::default()
        };
        let at = format!("/pods/{namespace}");
        self.store.watch(&at, options).await.expect("it starts")
    }

    async fn create(&self, namespace: &str, name: &str) {
        let at = key(namespace, name);
        let created = self.writer.create(&at, &pod(namespace, name), None).await;
        created.expect("it is stored");
    }

    /// A watch at that place.
    async fn bring(&self, place: Place) -> Watch<Pod> {
        match place {
            Place::Start => self.watch("many", None).await,
            Place::State | Place::FrozenInState => {
                let mut watch = self.watch("many", None).await;
                next(&mut watch).await.expect("the first object");
                watch
            }
            Place::Unread => {
                let mut watch = self.watch("many", Some(self.start)).await;
                next(&mut watch).await.expect("the first change");
                watch
            }
            Place::Idle | Place::Cut | Place::Frozen => {
                let mut watch = self.watch("one", Some(self.start)).await;
                next(&mut watch).await.expect("the object");
                watch
            }
            Place::Reading => {
                let mut asked = self.asked.clone();
                let before = *asked.borrow();
                let watch = self.watch("slow", Some(self.start)).await;
                let asked = asked.wait_for(|asked| *asked > before);
                let asked = timeout(DEADLINE, asked).await.expect("in time");
                asked.expect("the transformer is there");
                watch
            }
            Place::Failed => {
                let mut watch = self.watch("broken", Some(self.start)).await;
                let failed = next(&mut watch).await;
                assert!(matches!(failed, Some(Event::Error(_))), "{failed:?}");
                watch
            }
        }
    }

    /// Returns once no task is left of any watch, whatever etcd knows of that.
    async fn expect_no_task_left(&self, of: &str) {
        let what = format!("no task is left of {of}");
        bed::until(&what, || tasks() <= self.tasks).await;
    }

    /// Returns once neither a task nor a stream is left of any watch.
    async fn expect_nothing_left(&self, of: &str) {
        let mut left = Vec::new();
        let gone = async {
            loop {
                let streams = "etcd_debugging_mvcc_watch_stream_total";
                let streams = metrics::value(&self.address, streams).await;
                let watchers = "etcd_debugging_mvcc_watcher_total";
                let watchers = metrics::value(&self.address, watchers).await;
                let tasks = tasks().saturating_sub(self.tasks);
                if streams == 0.0 && watchers == 0.0 && tasks == 0 {
                    return;
                }
                left = vec![streams.to_string(), watchers.to_string(), tasks.to_string()];
                yield_now().await;
            }
        };
        let is_gone = timeout(DEADLINE, gone).await.is_ok();
        assert!(
            is_gone,
            "of {of}: streams, watchers and tasks left: {left:?}"
        );
    }
}

#[tokio::test]
async fn nothing_is_left_of_watches_that_are_given_up_anywhere() {
    let etcd = bed::etcd().await;
    let address = bed::address(&etcd);
    let relay = Relay::to(address.clone()).await.expect("a port is free");
    let through = format!("http://{}", relay.address());
    let partial = Partial::default();
    let asked = partial.asked.subscribe();
    let (store, end) = bed::store_behind(&through, Arc::new(partial)).await;
    let url = format!("http://{address}");
    let (writer, done) = bed::store_behind(&url, Arc::new(Partial::default())).await;
    let start = store.current_resource_version().await;
    let bed = Bed {
        address,
        relay,
        store,
        writer,
        asked,
        start: start.expect("etcd answers"),
        tasks: tasks(),
    };
    for number in 0..OBJECTS {
        bed.create("many", &format!("pod-{number:03}")).await;
    }
    for namespace in ["one", "slow", "broken"] {
        bed.create(namespace, "foo").await;
    }
    for place in PLACES {
        for is_stopped in [true, false] {
            let mut watch = bed.bring(place).await;
            let is_frozen = matches!(place, Place::Frozen | Place::FrozenInState);
            bed.relay.freeze(is_frozen);
            if place == Place::Cut {
                bed.relay.refuse(true);
                bed.relay.cut();
            }
            if is_stopped {
                watch.stop();
                while next(&mut watch).await.is_some() {}
            }
            drop(watch);
            let of = format!("a watch at {place:?}");
            bed.expect_no_task_left(&of).await;
            bed.relay.freeze(false);
            bed.expect_nothing_left(&of).await;
            bed.relay.refuse(false);
        }
    }
    for round in 0..ROUNDS {
        let place = PLACES.get(round % 6).expect("six places on a sound way");
        let watch = bed.bring(*place).await;
        if round % 2 == 0 {
            watch.stop();
        }
    }
    bed.expect_nothing_left("five hundred watches").await;
    end.call().await;
    done.call().await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_selector_that_panics_ends_its_watch_with_an_error() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let (store, end) = bed::store(url).await;
    let foo = key("ns", "foo");
    let created = store.create(&foo, &pod("ns", "foo"), None).await;
    created.expect("it is stored");
    let mut predicate = storeproof_fixtures::objects::fields("metadata.name=foo");
    predicate.attributes = Arc::new(|_: &Pod| std::panic::resume_unwind(Box::new("no attributes")));
    let options = WatchOptions {
        predicate,
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    let event = next(&mut watch).await;
    let Some(Event::Error(status)) = event else {
        panic!("an error, not {event:?}");
    };
    assert_eq!(status.code, Some(500));
    let message = status.message.unwrap_or_default();
    assert!(message.contains("it panicked: no attributes"), "{message}");
    assert_eq!(next(&mut watch).await, None, "nothing follows");
    end.call().await;
    etcd.stop().await;
}
