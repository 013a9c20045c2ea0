//! Probers and monitors of a real etcd (backend §2.5, §2.6).

mod bed;

use std::sync::Arc;

use bed::DEADLINE;
use etcd_client::Client;
use storeproof::backend::{Config, MonitorCache, MonitorCacheError, TransportConfig, factory};
use storeproof_fixtures::{etcd::Etcd, fault::Relay};
use tokio::{task::yield_now, time::timeout};

async fn relay(etcd: &Etcd) -> (Relay, String) {
    let relay = Relay::to(bed::address(etcd)).await.expect("a port is free");
    let url = format!("http://{}", relay.address());
    (relay, url)
}

#[tokio::test]
async fn a_prober_closes_once_and_after_the_probes_that_are_under_way() {
    let etcd = bed::etcd().await;
    let (relay, url) = relay(&etcd).await;
    let prober = factory::create_prober(&bed::config(&url)).await;
    let prober = Arc::new(prober.expect("etcd answers"));
    // There is no such key, and that does not matter.
    prober.probe().await.expect("etcd answers");

    relay.freeze(true);
    let probe = tokio::spawn({
        let prober = Arc::clone(&prober);
        async move { prober.probe().await }
    });
    yield_now().await;
    let close = tokio::spawn({
        let prober = Arc::clone(&prober);
        async move { prober.close().await }
    });
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(!probe.is_finished() && !close.is_finished());
    relay.heal();
    let probe = timeout(DEADLINE, probe).await.expect("in time");
    probe.expect("no panic").expect("it has its answer");
    let close = timeout(DEADLINE, close).await.expect("in time");
    close.expect("no panic").expect("it was open");
    let closed = [
        prober.probe().await.expect_err("it is closed").to_string(),
        prober.close().await.expect_err("it is closed").to_string(),
    ];
    assert_eq!(closed, ["closed", "closed"]);
    bed::until("no connection is left", || relay.open() == 0).await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_monitor_asks_any_of_the_servers_for_the_bytes_that_it_takes() {
    let etcd = bed::etcd().await;
    let (first, first_url) = relay(&etcd).await;
    let (second, second_url) = relay(&etcd).await;
    let config = Config {
        transport: TransportConfig::of([first_url, second_url]),
        ..bed::config("")
    };
    let monitor = factory::create_monitor(&config).await.expect("it answers");
    let before = (first.connections(), second.connections());
    let asked = async {
        // Each is as likely as the other: a hundred times the same one does not happen.
        while first.connections() == before.0 || second.connections() == before.1 {
            monitor.measure().await.expect("etcd answers");
        }
    };
    timeout(DEADLINE, asked).await.expect("both are asked");

    let client = Client::connect(etcd.endpoints(), None).await;
    let status = client
        .expect("etcd answers")
        .maintenance_client()
        .status()
        .await;
    let expected = status.expect("etcd answers").db_size();
    let measured = monitor.measure().await.expect("etcd answers");
    assert_eq!(i64::try_from(measured.size), Ok(expected));
    assert!(expected > 0);

    monitor.close().await.expect("it was open");
    let closed = [
        monitor
            .measure()
            .await
            .expect_err("it is closed")
            .to_string(),
        monitor.close().await.expect_err("it is closed").to_string(),
    ];
    assert_eq!(closed, ["closed", "closed"]);
    let open = || first.open() + second.open();
    bed::until("no connection is left", || open() == 0).await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_cache_makes_its_monitors_once_and_closes_them() {
    let etcd = bed::etcd().await;
    let (relay, url) = relay(&etcd).await;
    let cache = MonitorCache::new([bed::config(&url), bed::config(&url)]);
    let (first, second) = (cache.get(), cache.get());
    let (first, second) = (first.expect("it is made"), second.expect("it is there"));
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(relay.connections(), 0, "nobody has measured yet");
    for monitor in &*first {
        monitor.measure().await.expect("etcd answers");
    }
    assert_eq!(relay.connections(), 2);

    cache.close().await;
    for monitor in &*first {
        let closed = monitor.measure().await.expect_err("it is closed");
        assert_eq!(closed.to_string(), "closed");
    }
    let closed = cache.get().expect_err("it is closed");
    assert_eq!(closed.to_string(), "monitor cache is closed");
    cache.close().await;
    bed::until("no connection is left", || relay.open() == 0).await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_cluster_that_is_dead_holds_up_nobody_and_nonsense_is_told() {
    let etcd = bed::etcd().await;
    let (works, works_url) = relay(&etcd).await;
    let (dead, dead_url) = relay(&etcd).await;
    dead.freeze(true);
    let cache = MonitorCache::new([bed::config(&dead_url), bed::config(&works_url)]);
    let monitors = cache.get().expect("nobody is waited for");
    let dead_one = monitors[0].measure();
    let measured = tokio::select! {
        biased;
        answered = dead_one => panic!("nobody answers: {answered:?}"),
        measured = timeout(DEADLINE, monitors[1].measure()) => measured,
    };
    measured.expect("in time").expect("etcd answers");
    cache.close().await;

    let cache = MonitorCache::new([bed::config(&works_url), bed::config("http://")]);
    for _ in 0..2 {
        let failed = cache.get().expect_err("one cannot be made");
        assert!(matches!(failed, MonitorCacheError::Create(_)), "{failed}");
    }
    bed::until("no connection is left", || works.open() == 0).await;
    etcd.stop().await;
}
