//! A database that has reached its quota (backend §9.9 row 110; contract §2.8): writes are refused with etcd's reason, those
//! after the first leave nothing, all else works, and once there is room and the alarm is disarmed so do they.

mod bed;

use std::time::Duration;

use bed::DEADLINE;
use etcd_client::{AlarmAction, AlarmOptions, AlarmType, Client};
use storeproof::{
    backend::factory,
    etcd3::{self, ErrorKind},
    storage::{
        AcceptAll, DeleteOptions, Error, Event, GetOptions, ListOptions, ResourceVersion, Result,
        Store, UpdateOptions, WatchOptions, update_with,
    },
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    objects::{Pod, PodExt, everything, key, pod},
};
use tokio::time::timeout;

/// Less than etcd has by itself, and enough for some objects.
const QUOTA: u64 = 16 << 20;
/// The bytes of one object.
const LARGE: usize = 512 << 10;

fn large(name: &str) -> Pod {
    pod("ns", name).label("filler", &"x".repeat(LARGE))
}

fn is_out_of_space<R: std::fmt::Debug>(answer: Result<R>) {
    let error = answer.expect_err("there is no room");
    let Error::Other(source) = &error else {
        panic!("etcd's own error, not {error}");
    };
    let source = source.downcast_ref::<etcd3::Error>();
    assert_eq!(
        source.expect("etcd's own error").kind(),
        ErrorKind::NoSpace,
        "{error}"
    );
    assert!(
        error.to_string().contains("database space exceeded"),
        "{error}"
    );
}

/// Creates objects until one is refused: those that are there then. The refused one may be among them, if etcd came upon
/// its quota only as it applied the write (etcd#16659).
async fn fill(store: &etcd3::Store<Pod>) -> Vec<Pod> {
    let mut kept = Vec::new();
    loop {
        let name = format!("large-{:03}", kept.len());
        let at = key("ns", &name);
        match store.create(&at, &large(&name), None).await {
            Ok(created) => kept.push(created),
            refused => {
                is_out_of_space(refused);
                let options = GetOptions {
                    ignore_not_found: true,
                    ..GetOptions::default()
                };
                kept.extend(store.get(&at, &options).await.expect("it answers"));
                return kept;
            }
        }
    }
}

async fn make_room(etcd: &Etcd, store: &etcd3::Store<Pod>, at: ResourceVersion) {
    store.compact(at).await.expect("it compacts without room");
    let client = Client::connect(etcd.endpoints(), None).await;
    let mut maintenance = client.expect("it is there").maintenance_client();
    maintenance.defragment().await.expect("it defragments");
    let raised = maintenance.alarm(AlarmAction::Get, AlarmType::None, None);
    let raised = raised.await.expect("it tells its alarms");
    assert!(!raised.alarms().is_empty(), "there is one");
    for alarm in raised.alarms() {
        let mut of_member = AlarmOptions::new();
        of_member.with_member(alarm.member_id());
        let disarmed = maintenance.alarm(AlarmAction::Deactivate, alarm.alarm(), Some(of_member));
        disarmed.await.expect("it is disarmed");
    }
}

#[tokio::test]
async fn a_full_database_refuses_writes_until_there_is_room() {
    let quota = Spec::default().flag(format!("--quota-backend-bytes={QUOTA}"));
    let etcd = bed::started(&quota).await;
    let url = etcd.endpoints().first().expect("one member").clone();
    let (store, end) = bed::store(&url).await;
    let small = key("ns", "small");
    let created = store.create(&small, &pod("ns", "small"), None).await;
    let created = created.expect("there is room");
    let options = WatchOptions {
        resource_version: created.version().to_owned(),
        predicate: everything(),
        ..WatchOptions::default()
    };
    let mut watch = store.watch("/pods/", options).await.expect("it starts");
    let kept = fill(&store).await;
    assert!(!kept.is_empty(), "there was room for some");

    let start = store.current_resource_version().await.expect("it answers");
    let minute = Some(Duration::from_secs(60));
    for (name, ttl) in [("more", None), ("leased", minute)] {
        let (at, object) = (key("ns", name), pod("ns", name));
        is_out_of_space(store.create(&at, &object, ttl).await);
    }
    let mut calls = 0;
    let mut update = update_with(|current: Option<Pod>, _| {
        calls += 1;
        Ok(current.unwrap_or_default().label("changed", "yes").into())
    });
    let updated = store.guaranteed_update(&small, UpdateOptions::default(), &mut update);
    is_out_of_space(updated.await);
    assert_eq!(calls, 1, "a refusal is not tried again");
    let now = store.current_resource_version().await.expect("it answers");
    assert_eq!(now, start, "nothing was written");

    // All else works: reads, watches, probes.
    let found = store.get(&small, &GetOptions::default()).await;
    assert_eq!(found.expect("it answers"), Some(created));
    let list = store.get_list("/pods/", &ListOptions::default()).await;
    assert_eq!(list.expect("it answers").items.len(), kept.len() + 1);
    for expected in &kept {
        let event = timeout(DEADLINE, watch.next()).await.expect("in time");
        assert_eq!(event, Some(Event::Added(expected.clone())));
    }
    let prober = factory::create_prober(&bed::config(&url)).await;
    let prober = prober.expect("it answers");
    prober.probe().await.expect("reads have a majority");
    prober.close().await.expect("it was open");

    // Deletions make the room that they need; what they leave is compacted away.
    for object in &kept {
        let at = key("ns", object.name());
        let options = DeleteOptions::default();
        let deleted = store.delete(&at, options, &mut AcceptAll).await;
        deleted.expect("a deletion takes no room");
    }
    let now = store.current_resource_version().await.expect("it answers");
    make_room(&etcd, &store, now).await;
    let created = store.create(&key("ns", "more"), &large("more"), None).await;
    created.expect("there is room again");
    let found = store
        .get(&key("ns", "leased"), &GetOptions::default())
        .await;
    assert!(found.expect_err("it never was").is_not_found());
    end.call().await;
    etcd.stop().await;
}
