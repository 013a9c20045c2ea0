//! A server whose disk is full (contract §2.8): it dies, its clients meet errors, and with room again everything that it
//! acknowledged is there.
//!
//! The disk is a folder of a certain size, which not every machine lets everybody mount. Where it cannot be had there is no
//! test, rather than one that passes.

mod bed;

use std::{process::ExitCode, sync::Arc};

use bed::DEADLINE;
use futures::future::join_all;
use libtest_mimic::{Arguments, Trial};
use storeproof::{
    etcd3,
    storage::{Event, ListOptions, Store, WatchOptions},
};
use storeproof_fixtures::{
    etcd::Spec,
    fault::{Breakable, SmallDisk},
    objects::{Pod, PodExt, everything, key, pod},
};
use tokio::{runtime::Builder, task::yield_now, time::timeout};

/// etcd allocates two files of 64 MB before it writes a thing.
const SMALL: u64 = 160 << 20;
const LARGE: u64 = 400 << 20;
/// The bytes of one object: a third of the largest request.
const OBJECT: usize = 512 << 10;
const WRITERS: usize = 3;

fn main() -> ExitCode {
    let mut trials = Vec::new();
    match SmallDisk::of(SMALL) {
        Ok(_) => trials.push(Trial::test(
            "what_was_acknowledged_outlives_a_full_disk",
            || {
                let runtime = Builder::new_multi_thread().enable_all().build();
                runtime
                    .expect("threads can be made")
                    .block_on(what_was_acknowledged_outlives_a_full_disk());
                Ok(())
            },
        )),
        Err(error) => {
            let name = "what_was_acknowledged_outlives_a_full_disk";
            let told = format!("not supported: {name}: {error}\n");
            let _ = std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes());
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Creates objects of its own until one is not acknowledged. Its name is the last.
async fn write(store: Arc<etcd3::Store<Pod>>, writer: usize) -> (Vec<Pod>, String) {
    let mut kept = Vec::new();
    loop {
        let name = format!("writer-{writer}-{:04}", kept.len());
        let object = pod("ns", &name).annotation("filler", &"x".repeat(OBJECT));
        match store.create(&key("ns", &name), &object, None).await {
            Ok(created) => kept.push(created),
            Err(_) => return (kept, name),
        }
    }
}

async fn what_was_acknowledged_outlives_a_full_disk() {
    let mut disk = SmallDisk::of(SMALL).expect("there was one a moment ago");
    let data = disk.path().join("data");
    let spec = Spec::default().flag(format!("--data-dir={}", data.display()));
    let etcd = Breakable::start(&bed::without_engine(), &spec).await;
    let etcd = etcd.expect("it starts");
    let url = etcd.endpoints().first().expect("one member").clone();
    let (store, end) = bed::store(&url).await;
    let (at, object) = (key("ns", "first"), pod("ns", "first"));
    let first = store.create(&at, &object, None).await;
    let first = first.expect("there is room");
    let writers = (0..WRITERS).map(|writer| write(Arc::clone(&store), writer));
    let written = timeout(DEADLINE * 2, join_all(writers)).await;
    let written = written.expect("the disk is full some day");

    // It has ended by itself: nothing but room brings it back.
    disk.grow(LARGE).expect("there is memory");
    etcd.kill(0).await.expect("it is dead");
    etcd.heal().await.expect("it starts with the data it had");
    let back = async {
        loop {
            match store.get_list("/pods/", &ListOptions::default()).await {
                Ok(list) => break list,
                Err(_) => yield_now().await,
            }
        }
    };
    let list = timeout(DEADLINE, back).await.expect("the store finds it");
    let acknowledged: Vec<&Pod> = written.iter().flat_map(|(kept, _)| kept).collect();
    assert!(acknowledged.len() > WRITERS, "{}", acknowledged.len());
    for created in &acknowledged {
        let found = list
            .items
            .iter()
            .find(|found| found.name() == created.name());
        assert_eq!(found, Some(*created), "{}", created.name());
    }
    let mut unknown: Vec<&str> = written.iter().map(|(_, last)| last.as_str()).collect();
    unknown.push("first");
    let others = list.items.len() - acknowledged.len();
    let made_up = list.items.iter().find(|found| {
        let name = found.name();
        !unknown.contains(&name) && !acknowledged.iter().any(|created| created.name() == name)
    });
    assert_eq!(made_up.map(PodExt::name), None);
    assert!(others <= unknown.len(), "{others}");

    // No write happened twice: the history has each once.
    let options = WatchOptions {
        resource_version: first.version().to_owned(),
        predicate: everything(),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    let (at, object) = (key("ns", "last"), pod("ns", "last"));
    let last = timeout(DEADLINE, store.create(&at, &object, None)).await;
    let last = last.expect("in time");
    let last = last.expect("there is room again");
    let mut told = 0;
    loop {
        let event = timeout(DEADLINE, watch.next()).await.expect("in time");
        let Some(Event::Added(object)) = event else {
            panic!("objects are created and nothing else: {event:?}");
        };
        if object == last {
            break;
        }
        told += 1;
    }
    assert_eq!(told + 1, list.items.len(), "each is created once");
    end.call().await;
    etcd.stop().await;
}
